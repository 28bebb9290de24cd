"""The drafted plan of the toy town: every figure, reference and bookmark in its place."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from tests.findings.rules import add_walk
from tests.report.blanks import blank_sheets
from tests.test_shortage_names import define, find_others

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.closures import list_closures
from seatplan.outcome import evaluate
from seatplan.report import draft
from seatplan.report.brief import read_brief
from seatplan.report.chapters import layout, outlook
from seatplan.report.chapters.closing import write_closing
from seatplan.report.chapters.grounds import write_grounds
from seatplan.report.draft import list_parts, write_draft
from seatplan.report.grids import _share_width
from seatplan.report.names import read_names
from seatplan.report.paper import write_document
from seatplan.report.parts import (
    Grid,
    Heading,
    Paragraph,
    Picture,
    Turn,
    cite,
    list_texts,
    refer,
    spell_part,
    split_pointers,
    strip_pointers,
)
from seatplan.report.prints import save_png, tell_wave
from seatplan.report.projects import list_projects
from seatplan.scenarios.areas import SetLimit
from seatplan.scenarios.closures import Merge
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.closed_schools import tabulate_closed

BUILD = NewSchool(
    year=2023, source="plan", school="N", name="新校", name_en="New", site="S1",
    classrooms={"primary": 4},
)  # fmt: skip
MERGE = Merge(year=2024, source="plan, task 5", schools=("A",), into="B")
LIMIT = SetLimit(year=2025, source="plan", code="large-class", limit={"primary": 50})


def outcome(*steps, district=None):
    return evaluate(district or toy_district(), toy_standards(), Scenario("p", interventions=steps))


@pytest.fixture(scope="module")
def plate():
    return save_png(Figure(figsize=(1, 1)))


@pytest.fixture(scope="module", autouse=True)
def quick(plate):
    """A blank in place of each picture: the pictures have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draft, "print_sheets", lambda *_: blank_sheets(plate))
        patch.setattr(outlook, "draw_wave", lambda *asked: (plate, tell_wave(*asked)))
        patch.setattr(layout, "draw_effects", lambda _: [])
        yield


def brief_of(*steps, language="zh"):
    return read_brief([toy_outcome(), outcome(*steps)] if steps else [toy_outcome()],
                      language=language)  # fmt: skip


@pytest.fixture(scope="module", params=["zh", "en"])
def brief(request):
    return brief_of(BUILD, MERGE, LIMIT, language=request.param)


@pytest.fixture(scope="module")
def parts(brief):
    return list_parts(brief)


@pytest.fixture(scope="module")
def drafts(brief, parts):
    """The draft of the plan, and that of the district as it is."""
    return parts, list_parts(brief_of(language=brief.language))


@pytest.fixture(scope="module")
def content(brief):
    return write_draft(brief)


@pytest.fixture(scope="module")
def document(content):
    return docx.Document(io.BytesIO(content))


def texts(parts):
    return "\n".join(list_texts(parts))


def test_no_chapter_is_empty_and_no_sentence_is_said_twice(parts):
    for one, other in zip(parts, [*parts[1:], None], strict=True):
        if isinstance(one, Heading):
            assert other is not None
            assert not isinstance(other, Heading) or other.level > one.level, one
    said = [part.text for part in parts if isinstance(part, Paragraph) and part.look == "body"]
    assert len(said) == len(set(said)) > 20


def test_no_figure_is_missing_and_shortage_has_its_four_names(parts):
    told = texts(parts)
    assert not re.search(r"\bnan\b|None|NaT|<NA>|[{}]", told)
    assert find_others(define(told)) == []


def test_every_pointer_leads_to_a_row_and_every_citation_to_a_caption(drafts):
    pointed = 0
    for parts in drafts:
        rows = {name for part in parts if isinstance(part, Grid) for name in part.marks}
        keys = {part.key for part in parts if isinstance(part, Grid | Picture)}
        named = [name for part in parts if isinstance(part, Paragraph)
                 for name, _ in split_pointers(part.text) if name]  # fmt: skip
        pointed += len([name for name in named if not name.startswith("cite:")])
        for name in named:
            assert name in rows or name.removeprefix("cite:") in keys, name
        for part in parts:
            if isinstance(part, Grid):
                assert all(len(row) == len(part.heads) for row in part.rows), part.key
    assert pointed > 20


def test_a_figure_in_the_text_is_that_of_its_row(drafts):
    checked = 0
    for parts in drafts:
        cells = {
            name: " ".join(row)
            for part in parts
            if isinstance(part, Grid)
            for name, row in zip(part.marks, part.rows, strict=False)
        }
        pointers = [pointer for part in parts if isinstance(part, Paragraph)
                    for pointer in split_pointers(part.text)]  # fmt: skip
        for name, text in pointers:
            if re.fullmatch(r"[\d,]+", text) and name.startswith(("outlook", "effect", "watch")):
                assert text in cells[name].split(), (name, text)
                checked += 1
    assert checked > 5


def test_the_annex_has_each_of_its_tables_once_and_the_chapters_refer_to_it(parts):
    grids = [part for part in parts if isinstance(part, Grid)]
    annex = [grid.key for grid in grids if grid.annex]
    assert annex[:4] == ["schools", "grows", "closing", "areas"]
    assert len({grid.key for grid in grids}) == len(grids)
    turn = next(at for at, part in enumerate(parts) if isinstance(part, Turn))
    cited = " ".join(part.text for part in parts[:turn] if isinstance(part, Paragraph))
    assert cite("grows") in cited
    assert cite("closing") in cited
    (grows,) = [grid for grid in grids if grid.key == "grows"]
    cost = grows.rows[0][-1]  # as the chapter tells it: low, medium and high
    assert re.fullmatch(r"[\d,.]+–[\d,.]+–[\d,.]+", cost)
    assert cost in cited


def test_the_text_follows_the_figures():
    told = texts(list_parts(brief_of(BUILD, MERGE)))
    # as it is: B has 300 residents for 270 seats; N, 4 rooms x 45, opens in 2023; A closes in 2024
    assert "学区缺口以2020年最大，为30人。" in told
    assert "1.新校（新建）" in told
    assert "教室4间、学位180个" in told
    assert "2024年停办" in told
    assert "撤并与就学保障" in told
    assert write_closing(brief_of(BUILD)) == []
    alone = texts(list_parts(brief_of()))
    assert "没有规划措施" in alone
    assert "分期实施" not in alone


def test_closing_schools_are_counted_as_in_the_findings():
    rules = add_walk(toy_standards(), {"primary": 1000.0})
    plan = evaluate(toy_district(), rules, Scenario("p", interventions=(MERGE,)))
    brief = read_brief([evaluate(toy_district(), rules, BASELINE), plan], language="zh")
    parts = list_parts(brief)
    grid = next(part for part in parts if isinstance(part, Grid) and part.key == "closing")
    heads, rows = tabulate_closed(plan, list_closures(plan), "zh")
    assert list(grid.heads) == heads
    assert [list(row) for row in grid.rows] == rows
    assert rows
    farther = rows[0][7].split(" → ")
    assert f"由{farther[0]}人增加到{farther[1]}人" in texts(parts)
    projects = list_projects(brief)
    leaving = list_closures(plan).pupils.sum()
    assert projects.pupils[projects.rooms < 0].sum() == leaving > 0


def test_a_step_that_builds_nothing_is_told_in_its_own_words():
    told = texts(layout.write_layout(brief_of(LIMIT)))
    assert "其他措施" in told
    assert "建设项目" not in told
    assert "各项措施没有改变各学段的学位和学生。" in told


def test_a_scenario_without_steps_has_no_columns_of_a_plan():
    told = texts(list_parts(read_brief([toy_outcome(), outcome()]), lambda _: []))
    assert "没有规划措施。" in told
    assert "2026年现状延续" in told
    assert "2026年方案" not in told


def test_a_district_of_half_the_tables_says_what_is_not_known(monkeypatch):
    district = toy_district()
    schools = district.schools.assign(land_m2=None, floor_m2=None, boarding_beds=0)
    bare = district.replace(
        schools=schools, sites=district.sites[:0], housing=district.housing[:0],
        provenance=district.provenance[:0], zones=district.zones[:0],
    )  # fmt: skip
    brief = read_brief([evaluate(bare, toy_standards()), outcome(MERGE, district=bare)])
    told = texts(list_parts(brief))
    for sentence in (
        "没有候选用地清单",
        "没有住宅交付计划",
        "没有数据字典",
        "没有乡镇、村居名称表",
        "没有学校用地面积",
        "没有寄宿床位数据",
    ):
        assert sentence in told
    assert "没有本地造价资料" not in told, "nothing is built"
    assert "没有本地造价资料" in texts(write_grounds(brief_of(BUILD)))
    assert not re.search(r"\bnan\b|None|<NA>", told)
    said = {"zh": ["无道路：直线距离", "无出生数"], "en": ["none", "none"]}
    stand_ins = pd.DataFrame({"table": ["roads.geojson", "births.csv"], **said})
    births = bare.births.assign(low=bare.births.medium, high=bare.births.medium)
    poor = bare.replace(births=births, roads=bare.roads[:0], assumptions=stand_ins)
    told = texts(list_parts(read_brief([evaluate(poor, toy_standards())]), lambda _: []))
    assert "没有的资料以下列假定代替：无道路：直线距离；无出生数。" in told
    assert "没有道路数据" not in told, "the assumption says it"
    assert "各出生方案的学生相同" in told
    assert "各出生方案下的学生" not in told
    more = {stage.code: 9_999 for stage in toy_standards().stages}
    monkeypatch.setattr(outlook, "_sum_stages", lambda *_: more)  # whatever rounding makes of it
    assert "各出生方案的学生相同" in texts(
        outlook.write_outlook(read_brief([evaluate(poor, toy_standards())]))
    )
    assert "没有候选用地清单" not in texts(write_grounds(brief_of(MERGE)))


@pytest.mark.parametrize(
    ("pupils", "said"),
    [([100, 150, 149], "hardly change from then on: 149"), ([100, 150, 120], "20% below the peak"),
     ([100, 120, 150], "no peak in sight")],
)  # fmt: skip
def test_a_course_that_stays_does_not_fall_by_nothing(brief, monkeypatch, pupils, said):
    years = [2020, 2021, 2022]
    table = pd.DataFrame({"pupils": pupils, "seats": 150, "balance": 0}, index=years)
    english = replace(brief, language="en")
    monkeypatch.setattr(type(english), "figures", lambda *_: table)
    assert said in strip_pointers(outlook.tell_course(english, "primary"))
    assert tell_wave(english, "primary").endswith("as many seats as pupils in 2022")


def test_the_document_has_the_form_of_the_standard(brief, document):
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    styles = {name: document.styles[name] for name in ("Title", "Normal", "Heading 1", "Heading 2")}
    fonts = [style.element.rPr.rFonts.get(qn("w:eastAsia")) for style in styles.values()]
    assert fonts == ["方正小标宋简体", "仿宋", "黑体", "楷体"]
    if brief.language == "zh":
        assert [style.font.size.pt for style in styles.values()] == [22, 16, 16, 16]
    assert "草稿" in page.header.paragraphs[0].text or "Draft" in page.header.paragraphs[0].text
    assert [section.orientation for section in document.sections] == [0, 1, 1]
    xml = document.element.xml
    codes = set(re.findall(r"<w:instrText[^>]*> (TOC|SEQ|REF|PAGEREF)", xml))
    assert codes == {"TOC", "SEQ", "REF", "PAGEREF"}


def test_tables_have_heads_and_names_and_pictures_have_words(document):
    assert len(document.tables) > 8
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    assert len(document.inline_shapes) == 4
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)


def test_bookmarks_are_one_of_a_kind_and_links_find_them(document):
    xml = document.element.xml
    names = re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', xml)
    numbers = re.findall(r'<w:bookmarkStart w:id="(\d+)"', xml)
    assert len(names) == len(set(names))
    assert len(numbers) == len(set(numbers))
    assert all(len(name) <= 40 for name in names)
    assert set(re.findall(r'w:anchor="([^"]+)"', xml)) <= set(names)
    assert set(re.findall(r"(?:REF|PAGEREF) (\S+) ", xml)) <= set(names)


def test_the_same_figures_give_the_same_bytes(brief, content):
    if brief.language == "zh":  # the writer is one for both
        assert write_draft(brief) == content
    dates = {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    assert dates == {1980}


def test_a_template_gives_its_styles_and_loses_its_text(tmp_path):
    bureau = docx.Document()
    bureau.add_paragraph("old text of the bureau")
    bureau.sections[0].header.paragraphs[0].text = "教育局"
    bureau.styles["Normal"].font.name = "Bureau Sans"
    bureau.save(tmp_path / "bureau.docx")
    content = write_draft(brief_of(BUILD), template=tmp_path / "bureau.docx")
    document = docx.Document(io.BytesIO(content))
    assert "old text" not in document.element.xml
    assert document.styles["Normal"].font.name == "Bureau Sans"
    assert document.sections[0].header.paragraphs[0].text == "教育局"
    assert any("草稿" in line.text for line in document.paragraphs)
    heads = [line for line in document.paragraphs if line.style.name == "Heading 1"]
    assert heads[0].text.startswith("一、"), "a template whose headings bear no numbers"
    titles = [line for line in document.paragraphs if line.style.name == "Caption"]
    assert all(line.paragraph_format.keep_with_next is not None for line in titles)
    first = next(line for line in titles if line.text.startswith("表1"))
    assert first.paragraph_format.keep_with_next


def test_no_word_breaks_within_a_column_where_there_is_room():
    grid = Grid("t", "", ("Stage", "Remark"), (("Kindergarten", "a b c"),), shares=(1, 9))
    for wide, fits in ((60.0, True), (20.0, False)):  # 20 mm do not hold the word
        widths = _share_width(grid, wide)
        assert (widths[0] >= 12 * 105) is fits
        assert sum(widths) == pytest.approx(wide * 1440 / 25.4, abs=2)


def test_an_english_draft_says_that_places_bear_chinese_names():
    assert brief_of(BUILD).keeps_chinese is False
    english = read_brief([toy_outcome()], language="en")
    assert english.keeps_chinese, "the toy town has Chinese names alone"
    assert english.say("grounds.chinese") in texts(write_grounds(english))


def test_places_bear_their_english_names_where_the_data_have_them():
    town = toy_district()
    names = ["North Town", None, "North Village", ""]
    outcome = evaluate(town.replace(zones=town.zones.assign(name_en=names)), toy_standards())
    assert read_names(outcome, "en").places == {
        "north": "North Town", "south": "南镇", "north-1": "North Village", "south-1": "南村",
        "000000": "Toy town",
    }  # fmt: skip
    assert read_names(outcome, "zh").places["north"] == "北镇"


def test_a_template_that_is_no_document_is_refused(tmp_path):
    (tmp_path / "bad.docx").write_text("text")
    with pytest.raises(InputError, match=r"bad\.docx: no Word document"):
        write_document([], language="zh", title="", template=tmp_path / "bad.docx")


def test_a_hostile_name_stays_a_text():
    name = "<w:p/>&{0}\u2028"
    step = BUILD.model_copy(update={"name": name})
    document = docx.Document(io.BytesIO(write_draft(brief_of(step))))
    assert any(name[:9] in line.text for line in document.paragraphs)


def test_a_pointer_splits_its_text():
    assert split_pointers(refer("row", "5") + "人") == [("row", "5"), ("", "人")]


def test_building_costs_are_seats_times_the_unit_costs_with_their_range():
    brief = read_brief([toy_outcome(), outcome(BUILD)])
    projects = list_projects(brief)
    built = projects[projects.kind == "new_school"]
    assert len(built)
    for row in built.itertuples():
        price = brief.costs.price("new_seat", row.stage)
        assert row.wan == round(row.added * price.medium / 10_000)
        assert row.wan_low < row.wan < row.wan_high
    told = texts(layout.write_layout(brief))
    low, high = (f"{built[name].sum():,}" for name in ("wan_low", "wan_high"))
    assert f"建设投资合计{low}–" in told
    assert f"–{high}万元，不含征地" in told


def test_chinese_clauses_and_units_stand_in_a_chinese_draft():
    held = toy_standards()
    item = replace(held.standards[0], source_zh="国家标准第3条", unit_zh="每班人数")
    assert (item.cite("zh"), item.cite("en")) == ("国家标准第3条", held.standards[0].source)
    assert (item.count_in("zh"), item.count_in("en")) == ("每班人数", held.standards[0].unit)
    part = spell_part(Paragraph("2021 年有 12 间教室，占 2.79 %，见 P 12 年级"))
    assert part.text == "2021年有12间教室，占2.79%，见 P 12年级"
    assert spell_part(Paragraph("4 所 与 5 所；1,200 个 没有")).text == "4所与5所；1,200个没有"
