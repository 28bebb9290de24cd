"""Which assumption moves which figure, in the toy town."""

import pytest

import seatplan as sp
from seatplan.demand.variants import INPUTS, Choice, Variants, apply_choice, read_variants
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.swings import list_swings
from seatplan.views.swings import draw_swings, write_swings

YEAR = 2025


def only_infants() -> Variants:
    """Variants that are as the files are but for the infants: a fifth more."""
    said = read_variants().model_dump()
    births = {"column": "medium", "from_year": None, "change": 0.0, "yearly": 0.0}
    own = {"births": births, "migration": {"strength": 1.0}, "take_up": {"reached": 1.0}}
    own |= {"housing": {"late": 0, "built": 1.0}, "infants": {"factor": 1.2}}
    for name in INPUTS:
        said[name] = [said[name][0] | own[name] | {"chance": 1.0}]
    return Variants.model_validate(said)


@pytest.fixture(scope="module")
def today():
    return sp.evaluate(toy_district(), toy_standards())


@pytest.fixture(scope="module")
def found(today):
    return list_swings(today, today, only_infants(), YEAR)


def test_what_varies_moves_the_figures_and_nothing_else_does(found):
    still = found.table[found.table.index.get_level_values("input") != "infants"]
    assert (still.swing == 0).all()
    row = found.table.loc["kindergarten", "pupils", "infants"]
    # 90 in each of three grades, aged 3 to 5 in 2025: those born from 2020 on are a fifth more
    assert (row.forecast, row.low, row.high) == (270, 270, 324)
    assert (row.low_name, row.high_name) == ("as in the files", read_variants().infants[0].name)
    assert (found.survey.index[0], set(found.survey.index)) == ("infants", set(INPUTS))


def test_catchments_that_come_to_be_short_are_counted(found):
    shortage = found.table.xs("catchment_shortage", level="figure").xs("infants", level="input")
    changed = found.table.xs("short_catchments", level="figure").xs("infants", level="input")
    assert found.survey.shortage["infants"] == shortage.swing.sum() > 0
    assert found.survey.catchments["infants"] == changed.swing.sum()


def test_the_ends_are_those_of_the_model_itself(found):
    variants = only_infants()
    choice = Choice(**{name: getattr(variants, name)[0] for name in INPUTS})
    varied = sp.evaluate(apply_choice(toy_district(), choice), toy_standards())
    pupils = varied.measure("pupils").groupby(["stage", "year"]).sum()
    for stage in ("kindergarten", "primary", "junior"):
        row = found.table.loc[stage, "pupils", "infants"]
        assert row.high == pytest.approx(max(pupils[stage, YEAR], row.forecast), abs=1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_table_and_picture_are_told_in_words(found, language):
    page = write_swings(found, language)
    assert "{" not in page
    assert "nan" not in page
    assert "270 – 324" in page
    drawn = draw_swings(found, figure="pupils", language=language)
    moved = found.table.xs("pupils", level="figure").swing > 0
    assert len(drawn.axes) == moved[moved].index.unique("stage").size
