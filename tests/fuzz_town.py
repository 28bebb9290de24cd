"""What the fuzzer begins from: files beside the small town, and the words of every verb."""

from __future__ import annotations

NUMBERS = ["nan", "inf", "-inf", "1e308", "-1e308", "-1", "0", "0.5", "1e9", "9" * 12, "1e-300"]
WORDS = ["", " ", "-", "x", "=1+1", "#REF!", "无", "\u200b", "[/b]", "a" * 300, "1,5", "12a"]
SWAPPED = ["10", "20", "101.0", "007", "2020", "1900", "2200", "P1", "N1", "b1", "primary", "g1"]
VALUES = NUMBERS + WORDS + SWAPPED
PLAN = """name = "plan"
[[intervention]]
kind = "new_school"
school = "N9"
name = "新校"
site = "S 1"
year = 2023
classrooms = {primary = 6}
blocks = {primary = ["b3"]}
every_grade = true
source = "test"
[[intervention]]
kind = "expand"
school = "P1"
classrooms = {primary = 2}
year = 2022
source = "test"
[[intervention]]
kind = "convert"
school = "N1"
from_stage = "primary"
to_stage = "junior"
classrooms = 1
year = 2022
source = "test"
[[intervention]]
kind = "rezone"
blocks = ["b2"]
stage = "primary"
school = "N1"
year = 2022
source = "test"
[[intervention]]
kind = "housing"
block = "b1"
dwellings = 50
residents_per_dwelling = 2.5
pupils_per_1000 = 60
from_outside = 0.5
year = 2022
source = "test"
[[intervention]]
kind = "set_take_up"
stage = "primary"
rate = 1.02
year = 2022
source = "test"
[[intervention]]
kind = "set_limit"
code = "class-size"
limit = {primary = 40}
year = 2023
source = "test"
[[intervention]]
kind = "close"
school = "P1"
year = 2025
source = "test"
"""
ROLLS = "unit,year,grade,pupils\n" + "".join(
    f"{unit},{year},{grade},{20 + (year * 7 + grade * 3 + len(unit)) % 9}\n"
    for unit in ("A", "Bee")
    for year in range(2012, 2021)
    for grade in range(1, 7)
)
CAME = "school,grade,year,pupils\n" + "".join(
    f"{school},g{grade},{year},{30 + (grade * 3 + year) % 4}\n"
    for school in ("P1", "N1")
    for year in (2021, 2022)
    for grade in range(1, 7 if school == "P1" else 10)
)
CAME += "".join(f"K1,k{age},{year},60\n" for age in (1, 2, 3) for year in (2021, 2022))
OPTIONS = "block,A,B\nb1,N1,\nb2,,N1\nb3,P1,N9\nb5,,P1\n"
OPENED = "school,grades,rooms,village\nN9,1-6,6,b5\n"
PROMISES = (
    """name = {zh = "规划", en = "plan"}
document = "1"
checked = "seen"
"""
    + "".join(
        f"""[[number]]
key = "{key}"
name = {{zh = "{key}", en = "{key}"}}
value = {value}
unit = "{unit}"
year = 2023
clause = "1"
sentence = "{key}"
{figure}
"""
        for key, value, unit, figure in (
            ("new", 1.0, "schools", ""),
            ("classes", 6.0, "classes", ""),
            ("size", 45.0, "pupils per class", ""),
            ("seats", 270.0, "seats", 'figure = {name = "added_seats", stages = ["primary"]}'),
        )
    )
    + """[[check]]
code = "arithmetic"
name = {zh = "算术", en = "Arithmetic"}
rule = "product"
of = {whole = "seats", factors = ["new", "classes", "size"]}
"""
)
MORE = {
    "scenario.toml": PLAN,
    "history.csv": ROLLS,
    "came.csv": CAME,
    "options.csv": OPTIONS,
    "opened.csv": OPENED,
    "promises.toml": PROMISES,
}
EFFORT = ("--effort", "0.02")
PLANNED = "{room}/scenario.toml"
VERBS: dict[str, tuple[float, list[str]]] = {  # how often, and the words after the folder
    "check": (4, []),
    "evaluate": (
        8,
        ["--scenario", PLANNED, "--births", "medium", "--overflow", "move"],
    ),
    "compare": (3, [PLANNED, "--names", "--strict"]),
    "findings": (1, [PLANNED, "--language", "en"]),
    "warn": (2, []),
    "forecast": (3, ["--births", "medium"]),
    "rezone": (1, ["--year", "2022", "--max-moved", "0.5", "--max-walk", "5000", *EFFORT]),
    "site": (1, ["-n", "1", "--classrooms", "6", "--from", "2022", "--apart", "10", *EFFORT]),
    "map": (0.3, [PLANNED, "--year", "2022"]),
    "report": (0.1, [PLANNED]),
    "backtest": (1, ["{room}/history.csv", "--lead", "2", "--draws", "20"]),
    "assess": (1, [PLANNED, "--year", "2024"]),
    "audit": (1, [PLANNED, "--plan", "{room}/promises.toml"]),
    "explain": (1, ["P1", "2023", "classes", "--scenario", PLANNED]),
    "closures": (1, ["--year", "2023"]),
    "monitor": (1, ["--actual", "{room}/came.csv", "--year", "2022"]),
    "rebase": (1, ["--actual", "{room}/came.csv", "--year", "2022"]),
    "options": (1, ["{room}/options.csv", "--new-schools", "{room}/opened.csv"]),
    "remedy": (0.2, [PLANNED]),
    "sheets": (0.1, [PLANNED]),
    "sweep": (0.3, ["--workers", "1"]),
}
ROLLS_ALONE = {"backtest"}  # verbs that take no district
SAYS_ONLY = {"check", "explain"}  # verbs that write nothing
SINGLE = {"findings": "out.md", "forecast": "out.csv", "map": "out.html", "rezone": "out.toml"}
SINGLE |= {"site": "out.toml"}
