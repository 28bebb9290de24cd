"""What each product of a run says, as figure -> number, read back from the product itself.

A figure is (name, scenario, stage, place, year): the scenario by its title, stage, school and
township by their Chinese names, "" for the district.
"""

import csv
import html
import io
import json
import re

import docx
import openpyxl
from docx.oxml.ns import qn
from tests.views.test_packing import unpack

DISTRICT = {
    **{"seats": "seats", "residents": "pupils", "balance": "balance"},
    **{name: name for name in ("catchment_shortage", "roll_over_seats", "district_shortage")},
    **{name: name for name in ("unplaced", "classes", "large_classes", "walk_m")},
}


def number(text):
    """A whole number as it is written; None where the text is none."""
    plain = str(text).replace(",", "").replace("−", "-").replace("+", "")
    return int(plain) if re.fullmatch(r"-?\d+", plain) else None


def keep(figures):
    return {key: value for key, value in figures.items() if value is not None}


def read_rows(path):
    with path.open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def read_comparison(path, titles, stages):
    """compare.csv: the district's figures."""
    return keep(
        {
            (name, titles[row["scenario"]], stages[row["stage"]], "", int(row["year"])): number(
                row[column]
            )
            for row in read_rows(path)
            for name, column in DISTRICT.items()
        }
    )


def read_run(folder, title, names):
    """The CSV tables of one scenario: schools and townships."""
    figures = {}
    for row in read_rows(folder / "schools.csv"):
        place, stage = names.schools[row["school"]], names.stages[row["stage"]]
        for name in ("seats", "pupils", "residents", "balance", "walk_m"):
            figures[name, title, stage, place, int(row["year"])] = number(row[name])
    for row in read_rows(folder / "places.csv"):
        place = "" if row["level"] == "district" else names.places[row["place"]]
        for name in ("seats", "pupils", "residents", "balance", "unplaced"):
            key = (name, title, names.stages[row["stage"]], place, int(row["year"]))
            figures[key] = number(row[name])
    return keep(figures)


LIVES = {"学位（个）": "seats", "居住学生（人）": "residents", "余缺（学位−居住学生）": "balance"}
SUMS = {
    "学区缺口（人）": "catchment_shortage", "在校超额（人）": "roll_over_seats",
    "全区缺口（人）": "district_shortage", "未安置（人）": "unplaced", "班数（个）": "classes",
    "大班额班数（个）": "large_classes", "平均路程（米）": "walk_m",
}  # fmt: skip
SHEETS = {  # sheet -> where a row stands, heading -> figure
    "分年": ("", LIVES | SUMS),
    "乡镇": ("乡镇", LIVES | {"在校生（人）": "pupils", "未安置（人）": "unplaced"}),
    "学区": ("学校", LIVES),
    "学校": ("学校", {"学位（个）": "seats", "在校生（人）": "pupils", "平均路程（米）": "walk_m"}),
}


def read_workbook(content):
    """The sheets of the workbook that tell figures by scenario, stage and year."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    figures = {}
    for sheet, (place, columns) in SHEETS.items():
        heads, *rows = book[sheet].iter_rows(min_row=4, values_only=True)
        for cells in rows:
            row = dict(zip(heads, cells, strict=True))
            where = row[place] if place else ""
            for head, name in columns.items():
                figures[name, row["方案"], row["学段"], where, row["年份"]] = row[head]
    heads, *rows = book["方案比较"].iter_rows(min_row=4, values_only=True)
    words = SHEETS["分年"][1]
    for stage, figure, *cells in rows:
        for head, cell in zip(heads[2:], cells, strict=True):
            found = re.fullmatch(r"(\d{4}) (.*?)( 差)?", head)
            if not found[3]:
                figures[words[figure], found[2], stage, "", int(found[1])] = cell
    return keep(figures)


def list_tables(content):
    """Each table of the document: its caption, its headings, its rows."""
    for table in docx.Document(io.BytesIO(content)).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        yield table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")), rows[0], rows[1:]


WORDS = {
    "学位（个）": "seats", "居住学生（人）": "residents", "余缺（个）": "balance",
    "学区缺口（人）": "catchment_shortage", "全区缺口（人）": "district_shortage",
    "在校超额（人）": "roll_over_seats", "班级（个）": "classes", "大班额（个）": "large_classes",
    "平均路程（米）": "walk_m", "在校生（人）": "pupils",
}  # fmt: skip


def read_document(content, today, plan):
    """The tables of the drafted plan."""
    figures = {}
    for caption, heads, rows in list_tables(content):
        for row in rows:
            cells = dict(zip(heads, row, strict=True))
            figures.update(_read_row(caption, heads, cells, today, plan))
    return keep(figures)


def _read_row(caption, heads, cells, today, plan):
    stage = cells.get("学段", "")
    year = found[1] if (found := re.search(r"(\d{4})年", caption)) else None
    if re.fullmatch(r"\d{4}年各学段现状", caption):
        for head, name in WORDS.items():
            yield (name, today, stage, "", int(year)), number(cells.get(head, ""))
    elif caption == "各学段居住学生预测":
        for head in heads:
            if found := re.fullmatch(r"(\d{4})年（人）", head):
                yield ("residents", plan, stage, "", int(found[1])), number(cells[head])
        yield ("residents", plan, stage, "", int(cells["最多的年份"])), number(cells["最多（人）"])
    elif caption == "各学段学位余缺（现状延续）":
        for head, name in WORDS.items():
            key = (name, today, stage, "", int(cells["年份"]))
            yield key, number(cells.get(head, ""))
    elif caption == "学位少于居住学生的乡镇（现状延续）":
        key = ("balance", today, stage, cells["乡镇"], int(cells["最紧年份"]))
        yield key, number(cells["当年余缺（个）"])
    elif caption.startswith("学区缺口最大的"):
        shortage = number(cells["当年学区缺口（人）"])
        yield ("balance", today, stage, cells["学校"], int(cells["最紧年份"])), -shortage
    elif caption == "方案与现状延续对比":
        name = WORDS[cells["指标"]]
        for head in heads[2:]:
            found = re.fullmatch(r"(\d{4})年(现状延续|方案)", head)
            side = plan if found[2] == "方案" else today
            yield (name, side, stage, "", int(found[1])), number(cells[head])
    elif caption.startswith("校点一览表"):
        for head in heads:
            if found := re.fullmatch(r"(\d{4})年(学位|在校生)", head):
                side = today if found[1] == min(re.findall(r"\d{4}", caption)) else plan
                name = "seats" if found[2] == "学位" else "pupils"
                yield (name, side, stage, cells["学校"], int(found[1])), number(cells[head])
    elif caption.startswith("学区划分表"):
        for head in ("学位（个）", "居住学生（人）", "余缺（个）"):
            key = (WORDS[head], plan, stage, cells["学校"], int(year))
            yield key, number(cells[head])
    elif caption == "各乡镇学位余缺（个）":
        for head in heads[2:]:
            found = re.fullmatch(r"(\d{4})年(余缺（个）|现状延续|方案)", head)
            side = plan if found[2] == "方案" else today
            yield ("balance", side, stage, cells["乡镇"], int(found[1])), number(cells[head])


def read_findings(page, today, plan):
    """The tables of the findings, stage by stage."""
    words = {
        "学区缺口": "catchment_shortage", "全区缺口": "district_shortage", "学生": "residents",
        "学位": "seats", "余缺": "balance",
    }  # fmt: skip
    figures = {}
    for section in page.split("\n## "):
        lines = [line.strip("| ").split(" | ") for line in section.splitlines() if "|" in line]
        if not lines or lines[0][0] != "年份":
            continue
        stage = section.splitlines()[0]
        for row in lines[2:]:
            for head, cell in zip(lines[0][1:], row[1:], strict=True):
                name, side = head.removesuffix("（方案）"), plan if "（方案）" in head else today
                figures[words[name], side, stage, "", int(row[0])] = number(cell)
    return keep(figures)


def read_page(payload, names):
    """The tables of the explorer's page: schools and townships of every scenario."""
    columns, years, figures = unpack(payload["tables"]), payload["years"], {}
    titles = [zh for _, zh, _ in payload["scenarios"]]
    for table, known in (("schools", names.schools), ("places", names.places)):
        rows = payload["rows"][table]
        for name in ("seats", "pupils", "residents", "unplaced"):
            values = columns.get(f"{table}_{name}")
            for at, title in enumerate(titles if values else []):
                for place, row in enumerate(rows):
                    where = "" if row[0] == "district" else known[row[-2]]
                    for year, value in zip(
                        years, values[(at * len(rows) + place) * len(years) :], strict=False
                    ):
                        figures[name, title, names.stages[row[-1]], where, year] = value
    return figures


def read_assessed(page, titles):
    """The tables of assess.md: (indicator, part, limit, scenario) -> "value · verdict"."""
    told = {}
    for line in page.splitlines():
        cells = [html.unescape(cell).replace("\\", "").strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 9 and cells[2] in titles:
            name = cells[0].removesuffix("（条文未重读）")
            told[name, cells[1], cells[3], cells[2]] = cells[4]
    return join_units(told)


def read_indicators(content):
    """The sheet of indicators of the workbook, as `read_assessed` reads the page."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    heads, *rows = book["指标"].iter_rows(min_row=4, values_only=True)
    table = [dict(zip(heads, cells, strict=True)) for cells in rows]
    return join_units(
        {
            (row["指标"], row["范围"], row["限值"], row["方案"]): f"{row['数值']} · {row['判断']}"
            for row in table
        }
    )


def read_missed(content, today, plan, sets):
    """The document's table of what is missed, in the same way."""
    told = {}
    for caption, heads, rows in list_tables(content):
        for row in rows if caption.startswith("未达标的指标") else []:
            name = row[0]
            for each in sets:
                name = name.removesuffix(f"（{each}）")
            for head, cell in zip(heads[3:5], row[3:5], strict=True):
                side = plan if head.endswith("方案") else today
                told[name, row[1], row[2], side] = cell
    return join_units(told)


def join_units(told):
    """A document sets a number and its unit together, a page with a space between."""
    return {
        tuple(text.replace(" ", "") for text in key): value.replace(" ", "")
        for key, value in told.items()
    }


ABOVE = (  # the line above a map of seats against pupils
    r"居住学生 ([\d,]+) 人，学位 ([\d,]+) 个，余缺 ([+−\d,]+) 个；"
    r"[\d,]+ 个学区有学区缺口，合计 ([\d,]+) 人"
)


def read_sheets(subjects, titles, years, stages):
    """The map sheets of seats against pupils: the figures above the map, by the names and beside.

    `titles` and `years`: of what stands now, and of the plan.
    """
    figures = {}
    for subject in subjects:
        found = re.fullmatch(r"balance-(\w+)-(present|plan)", subject.key)
        if not found:
            continue
        side = found[2] == "plan"
        told = re.search(ABOVE, subject.told)
        names = ("residents", "seats", "balance", "catchment_shortage")
        cells = [("", name, text) for name, text in zip(names, told.groups(), strict=True)]
        cells += [(mark.name, "balance", mark.figure) for mark in subject.marks]
        for school, *row in subject.listing.rows if subject.listing else ():
            cells += zip([school] * 3, ("seats", "residents", "balance"), row, strict=True)
        for place, name, text in cells:
            figures[name, titles[side], stages[found[1]], place, years[side]] = number(text)
    return keep(figures)


NOTEBOOK = ("catchment_shortage", "roll_over_seats", "district_shortage", "residents", "seats")
NOTEBOOK += ("balance",)


def read_notebook(path, title):
    """The district's figures that a committed notebook shows, stage by stage."""
    figures, stage = {}, ""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    shown = [out["data"].get("text/plain", "") for cell in cells for out in cell.get("outputs", ())
             if "data" in out]  # fmt: skip
    (table,) = [lines for lines in map("".join, shown) if "全区余缺" in lines]
    for line in table.splitlines():
        found = re.fullmatch(r"(\S*)\s+(\d{4})((?:\s+[-\d,]+){6})\s*", line)
        if found:
            stage = found[1] or stage
            for name, text in zip(NOTEBOOK, found[3].split(), strict=True):
                figures[name, title, stage, "", int(found[2])] = number(text)
    return keep(figures)
