"""The map of an answer shows what is built, and where the shortage is cured."""

from matplotlib.collections import PathCollection

from seatplan.siting.choice import site_schools
from seatplan.siting.extensions import Extensions
from seatplan.siting.programme import close_all, count_short
from seatplan.views.pictures import tell_provenance
from seatplan.views.siting_charts import draw_siting

from ..siting.towns import toy


def answer():
    return site_schools(
        toy(), n=1, classrooms=[2], years=range(2021, 2027), expand=True,
        extensions=Extensions(classrooms=[1], most=1),
    )  # fmt: skip


def test_the_map_names_what_is_built():
    siting = answer()
    figure = draw_siting(siting)
    axis = figure.axes[0]
    texts = {text.get_text() for text in axis.texts}
    assert "S1: 2 rooms, 2021" in texts
    assert len(texts) == len(siting.table)
    assert any(isinstance(item, PathCollection) for item in axis.collections)
    told = tell_provenance(siting.survey.outcome, "en")
    assert told in [text.get_text() for text in figure.texts]


def test_the_shortage_of_the_blocks_adds_up_to_that_of_the_plan():
    # 30 of B's blocks are short in each of six years, and nobody with the answer
    siting = answer()
    assert round(count_short(siting.survey, close_all(siting.survey)).sum(), 6) == 180
    assert round(count_short(siting.survey, siting.programme).sum(), 6) == 0
