"""Map sheets: nothing over another, nothing cut, the figures of the tables, the same bytes."""

import io
import itertools
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from pypdf import PdfReader
from shapely.geometry import box

from seatplan.district.reading import read_district, read_standards
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.report.brief import read_brief
from seatplan.report.sheets.beyond import name_neighbours
from seatplan.report.sheets.drawing import draw_sheet
from seatplan.report.sheets.forms import PAPERS, Rect, find_crowd, find_paper, fit_view, lay_out
from seatplan.report.sheets.frames import list_ticks
from seatplan.report.sheets.lettering import Name, Taken, number_names, place_names, place_numbers
from seatplan.report.sheets.painting import paint_svg
from seatplan.report.sheets.panel import wrap
from seatplan.report.sheets.press import (
    check_forms,
    print_sheets,
    write_sheets,
)
from seatplan.report.sheets.series import (
    list_subjects,
    plan_page,
    plan_series,
    read_ground,
    write_notes,
)
from seatplan.scenarios.closures import Merge
from seatplan.scenarios.scenario import Scenario, read_scenario
from seatplan.scenarios.schools import NewSchool

BUILD = NewSchool(
    year=2023, source="plan", school="N", name="新校", name_en="New", site="S1",
    classrooms={"primary": 4},
)  # fmt: skip
MERGE = Merge(year=2024, source="plan, task 5", schools=("A",), into="B")


def toy_brief(language="zh", steps=(BUILD, MERGE)):
    plan = Scenario("p", interventions=steps)
    return read_brief([toy_outcome(), evaluate(toy_district(), toy_standards(), plan)],
                      language=language)  # fmt: skip


@pytest.fixture(scope="module")
def brief():
    return toy_brief()


def list_texts(figure):
    """Each text with the box that it takes, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    found = [
        (text.get_text(), box(*text.get_window_extent(canvas.get_renderer()).extents))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    return found, box(0, 0, *figure.bbox.size)


def find_collisions(figure):
    """Texts over another by more than a hair, and those that leave the page."""
    found, page = list_texts(figure)
    over = [
        (one, other)
        for (one, at), (other, there) in itertools.combinations(found, 2)
        if at.buffer(-1.2).intersects(there.buffer(-1.2))
    ]
    return over, [text for text, at in found if not page.contains(at)]


def test_a_round_scale_holds_the_district_and_a_crowd_gets_an_inset():
    tall = (0.0, 0.0, 44_000.0, 67_000.0)
    layout = lay_out(PAPERS["A4"], tall, (10_000.0, 40_000.0, 16_000.0, 50_000.0), imprint=False)
    # 67 km in some 155 mm: 1 : 450,000 is the first round scale that holds them.
    assert layout.main.scale == 450_000
    assert layout.inset is not None
    assert layout.inset.scale <= 100_000
    assert layout.main.rect.right < layout.inset.rect.x < layout.panel.x
    wide = lay_out(PAPERS["A4"], (0.0, 0.0, 90_000.0, 20_000.0), (0.0, 0.0, 5000.0, 5000.0),
                   imprint=True)  # fmt: skip
    assert wide.inset is not None
    assert wide.inset.rect.top < wide.main.rect.y  # below a district that lies
    assert lay_out(PAPERS["A3"], tall, None, imprint=False).inset is None


def test_a_crowd_is_where_half_the_schools_stand():
    spread = np.array([(x * 10_000.0, y * 10_000.0) for x in range(3) for y in range(3)])
    town = np.array([(500.0 + 100 * at, 700.0) for at in range(12)])
    found = find_crowd(np.vstack([spread, town]))
    assert found is not None
    assert found[2] - found[0] < 2000
    assert find_crowd(spread) is None  # as many everywhere
    assert find_crowd(town[:5]) is None


def test_paper_and_forms_that_are_not_known_are_refused():
    assert find_paper("a3").width == 420
    with pytest.raises(InputError, match="want one of A4, A3"):
        find_paper("B5")
    with pytest.raises(InputError, match=r"no sheet is written as pgn; want one of pdf, png, svg"):
        check_forms(["pdf", "pgn"])


def test_no_name_covers_another_and_who_finds_no_place_gets_a_number():
    frame = Rect(0.0, 0.0, 60.0, 30.0)
    names = [
        Name(f"S{at:02d}", f"示例第{at:02d}小学", 12.0 + 3 * (at % 10), 10.0 + 4 * (at // 10), 0.8)
        for at in range(30)
    ]
    stand, left = place_names(names, [], frame, 6.0)
    assert stand
    assert left
    numbers = {key: str(number) for key, number in number_names(left).items()}
    taken = [letters.box for letters in stand]
    taken += [Rect(name.x - 0.8, name.y - 0.8, 1.6, 1.6) for name in names]
    placed = place_numbers(left, numbers, taken, frame, 6.0)
    assert len(placed) > 10
    boxes = [box(r.x, r.y, r.right, r.top) for r in taken + [one.box for one in placed]]
    assert not [1 for one, other in itertools.combinations(boxes[: len(stand)], 2)
                if one.intersects(other)]  # fmt: skip
    assert not [1 for at in boxes[-len(placed) :] for other in boxes[: -len(placed)]
                if at.intersection(other).area > 1e-9]  # fmt: skip
    again = place_names(names[::-1], [], frame, 6.0)
    assert again[0] == stand  # whatever the order of rows


def test_degrees_stand_where_meridians_cross_the_frame():
    ground = (600_000.0, 4_200_000.0, 610_000.0, 4_210_000.0)
    view = fit_view(Rect(10.0, 10.0, 100.0, 100.0), ground)
    ticks = list_ticks(view, "EPSG:4544")
    # Eastings grow by some 1,463 m a minute at 38 degrees north.
    (first, _), (second, _) = ticks["bottom"][:2]
    minutes = [int(re.search(r"°(\d\d)′", words)[1]) for _, words in ticks["bottom"]]
    assert (second - first) / (minutes[1] - minutes[0]) == pytest.approx(1463, rel=0.01)
    assert all(words.endswith("N") for _, words in ticks["left"])


def test_a_text_wraps_between_words_or_chinese_signs():
    assert wrap("利通示例第一小学", 10.0, 4 * 10 * 25.4 / 72 + 0.1) == ["利通示例", "第一小学"]
    assert wrap("one two", 10.0, 10.0) == ["one", "two"]


def test_the_series_is_that_of_a_layout_plan_and_none_is_empty(brief):
    subjects = {subject.key: subject for subject in list_subjects(brief)}
    assert next(iter(subjects)).startswith("present-")
    for key in ("layout-primary", "catchments-primary", "near-term", "closures"):
        assert key in subjects, list(subjects)
    assert {mark.sign for mark in subjects["closures"].marks} >= {"closed", "heir"}
    assert len(subjects["closures"].arrows) == 1
    assert "新校" in [mark.name for mark in subjects["near-term"].marks]
    alone = [subject.key for subject in list_subjects(read_brief([toy_outcome()]))]
    assert not {"near-term", "closures", "layout-primary"} & {*alone}
    assert "catchments-primary" in alone


def lay_around(shapes, language="zh"):
    """A brief of the toy town with neighbours, by their names."""
    around = gpd.GeoDataFrame(
        {"name_en": ["East County"] * len(shapes)}, geometry=[*shapes.values()],
        index=pd.Index([*shapes], name="name"), crs=toy_district().crs,
    )  # fmt: skip
    district = toy_district().replace(neighbours=around)
    return read_brief([evaluate(district, toy_standards())], language=language)


def place_beyond(ground, view):
    found = name_neighbours(ground, view, Taken([], view.rect), 9.0)
    return [(letters.key, letters.box) for letters, _ in found]


def test_neighbours_stand_as_far_as_they_are_given():
    west, south, east, north = toy_district().blocks.total_bounds
    wide = 20 * (east - west)
    areas = {
        "南县": box(west - wide, south - wide, east + wide, south),
        "北县": box(west - wide, north, east + wide, north + wide),
        "远县": box(west - wide, north + wide, east + wide, north + 2 * wide),  # out of sight
    }
    ground = read_ground(lay_around(areas))
    assert "plate.neighbour" in ground.lines
    edge = shapely.buffer(ground.whole, 0.01 * (east - west))
    assert not ground.borders.intersects(edge).any(), "the district's own edge stands there"
    view = plan_page(lay_around(areas), PAPERS["A4"]).main
    named = dict(place_beyond(ground, view))
    assert {*named} == {"南县", "北县"}
    assert named["南县"].top < view.place(west, south)[1]
    assert named["北县"].y > view.place(west, north)[1]
    # a point far to the north: its name alone, above the district, in the report's language
    point = {"北县": shapely.Point((west + east) / 2, north + wide)}
    english = read_ground(lay_around(point, "en"))
    assert not len(english.borders)
    ((name, place),) = place_beyond(english, view)
    assert (name, place.y > view.place(west, north)[1]) == ("East County", True)
    # and nothing where nothing is given
    bare = read_ground(read_brief([toy_outcome()]))
    assert "plate.neighbour" not in bare.lines
    assert place_beyond(bare, view) == []


def test_a_sheet_tells_the_figures_of_the_tables(brief):
    shown = {subject.key: subject for subject in list_subjects(brief)}["balance-primary-present"]
    rows = brief.results[0].schools.xs(("primary", 2020), level=("stage", "year"))
    told = {mark.key: mark.figure for mark in shown.marks}
    assert told["A"] == f"{rows.balance['A']:+,}".replace("-", "−")
    assert f"{rows.seats.sum():,}" in shown.told


def test_a_page_is_read_back_as_what_was_meant(brief, tmp_path, monkeypatch):
    key = "catchments-primary"
    monkeypatch.setattr(
        "seatplan.report.sheets.series.list_subjects",
        lambda one: [subject for subject in list_subjects(one) if subject.key == key],
    )
    (file,) = write_sheets(brief, tmp_path)
    printed = PdfReader(file).pages[0].extract_text()
    for text in ("乙学校", "玩具镇小学学区划分图"):  # the glyphs that were meant, nothing between
        assert text in printed


def test_a_drawing_holds_its_text_and_its_letters_and_nothing_covers_another():
    """Names are written as they are: no formula, no mark-up, 〓 for what the font lacks."""
    schools = toy_district().schools
    schools = schools.assign(name=["$\\frac$ 𠮷<b>&amp;", *schools.name[1:]])
    brief = read_brief([evaluate(toy_district().replace(schools=schools), toy_standards())])
    subjects = {subject.key: subject for subject in list_subjects(brief)}
    layout = plan_page(brief, PAPERS["A4"], imprint=True)
    figure = draw_sheet(write_notes(brief), read_ground(brief), layout, subjects["present-primary"])
    assert find_collisions(figure) == ([], [])
    drawn = paint_svg(figure)
    for text in ("乙学校", "审图号", "&amp;amp;", "$\\frac$", "〓"):
        assert text in drawn
    assert "@font-face" in drawn
    assert "'Noto Sans CJK SC'" in drawn
    assert "<dc:date>" not in drawn


@pytest.mark.slow
def test_files_are_the_same_twice_and_hold_no_date(brief, tmp_path):
    files = write_sheets(brief, tmp_path / "one", forms=("pdf", "svg", "png"))
    again = write_sheets(brief, tmp_path / "two", forms=("svg", "png", "pdf"))
    assert sorted(file.name for file in files) == sorted(file.name for file in again)
    assert "map-sheets-a4.pdf" in [file.name for file in files]
    for file in files:
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
        assert not re.search(rb"CreationDate|D:20\d\d|<dc:date>", file.read_bytes())
    pictures = print_sheets(brief)
    assert len(pictures) == len(list(list_subjects(brief)))
    assert all(picture.alt.startswith("地图：") for picture in pictures)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("plan", "paper"), [("plan-2025-full", "A4"), ("merge-rural", "A3")])
def test_no_sheet_of_litong_covers_or_cuts_a_text(language, plan, paper):
    district, standards = read_district("data"), read_standards("data/standards.toml")
    outcomes = [
        evaluate(district, standards, *steps)
        for steps in ([], [read_scenario(f"scenarios/{plan}.toml")])
    ]
    brief = read_brief(outcomes, language=language)
    seen = 0
    for subject, figure in plan_series(brief, PAPERS[paper], imprint=True).draw():
        assert find_collisions(figure) == ([], []), subject.key
        figure.savefig(io.BytesIO(), dpi=30)
        seen += 1
    assert seen > 12
