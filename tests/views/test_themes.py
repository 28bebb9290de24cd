"""What else the explorer colours the map by: the classes are those of a folium map."""

import pandas as pd
import pytest

from seatplan.examples import toy_outcome
from seatplan.views.explorer import explore
from seatplan.views.explorer.scene import read_outcome
from seatplan.views.explorer.themes import THEMES, describe_themes
from seatplan.views.shades import choose_shade, read_values

CLASSES = """([theme, year]) => {
  if (theme !== null) seatplan.set({ theme });
  const picture = seatplan.model.picture(0, seatplan.state.stage, year);
  return Object.fromEntries(picture.standing.map((entry) =>
    [seatplan.model.schools[entry.school].id, seatplan.colour(picture).classOf(entry)]));
}"""


@pytest.fixture(scope="module")
def outcome():
    return toy_outcome()


def test_bounds_are_those_of_a_folium_map(outcome):
    stages = ["primary", "junior"]
    themes = describe_themes(read_outcome(outcome), stages)["list"]
    assert [theme["code"] for theme in themes] == [code for code in THEMES if code != "chance"]
    for theme in themes:
        if theme["code"] in ("seat_use", "class_size", "pupils"):
            for stage, breaks in zip(stages, theme["breaks"], strict=True):
                assert tuple(breaks) == choose_shade(outcome, theme["code"], stage).breaks


@pytest.mark.browser
def test_schools_fall_into_the_classes_of_a_folium_map(outcome, visit, tmp_path):
    page = tmp_path / "explorer.html"
    explore([outcome]).save(page)
    window = visit().show(page)
    year = outcome.district.years[2]
    for at, code in enumerate(THEMES):
        if THEMES[code] == "block" or code in ("first_short", "chance"):
            continue
        seen = window.run(CLASSES, [at, 2])
        stage = outcome.standards.stages[window.run("() => seatplan.state.stage")].code
        values = read_values(outcome, code, stage, year).reindex(list(seen))
        wanted = choose_shade(outcome, code, stage).classify(values.round(9))
        assert list(seen.values()) == wanted, code
    window.check()


@pytest.mark.browser
def test_the_first_shortage_is_that_of_the_tables(outcome, visit, tmp_path):
    page = tmp_path / "explorer.html"
    explore([outcome]).save(page)
    window = visit().show(page, "#theme=first_short&stage=primary&layers=catchments.names")
    assert window.run("() => seatplan.state.layers.townships") is False
    table = read_outcome(outcome).tables.schools.xs("primary", level="stage")
    short = (table.residents > table.seats).unstack("year")
    for at, year in enumerate(outcome.district.years):
        seen = window.run(CLASSES, [None, at])
        from_now = short.loc[list(seen), [other for other in short if other >= year]]
        now = pd.Series(seen)
        assert ((now == 6) == from_now[year]).all()
        assert ((now == 0) == ~from_now.any(axis=1)).all()
    window.check()
