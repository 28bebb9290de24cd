"""A plan of the toy town, written as a county would write it."""

from pathlib import Path

HEAD = """
name = {zh = "某县“十四五”规划", en = "Plan of a county"}
document = "县政办发〔2021〕1号"
checked = "seen"
"""

NUMBERS = {
    "kindergartens": ("1.0", "schools", 2020, "figure = {name = 'schools', kind = 'kindergarten'}"),
    "new": ("2.0", "schools", 2023, ""),
    "new-again": ("3.0", "schools", 2023, ""),
    "classes": ("6.0", "classes", 2023, ""),
    "size": ("45.0", "pupils per class", 2023, ""),
    "seats": ("540.0", "seats", 2023, "figure = {name = 'added_seats', stages = ['primary']}"),
    "share-now": ("90.0", "percent", 2020, ""),
    "share-then": ("85.0", "percent", 2023, "bound = 'at_least'"),
    "migrants": ("85.0", "percent", 2023, "figure = {name = 'migrants_in_public'}"),
    "nearby": (
        "100.0",
        "percent",
        2023,
        "figure = {name = 'seated_nearby', stages = ['primary']}",
    ),
}

CHECKS = """
[[check]]
code = "arithmetic"
name = {zh = "算术", en = "Arithmetic"}
rule = "product"
of = {whole = "seats", factors = ["new", "classes", "size"]}

[[check]]
code = "twice"
name = {zh = "两处", en = "Said twice"}
rule = "same"
of = {numbers = ["new", "new-again"]}

[[check]]
code = "course"
name = {zh = "目标", en = "Target"}
rule = "course"
of = {start = "share-now", target = "share-then"}
"""


def write_plan(folder: Path, checks: str = CHECKS) -> Path:
    """Write the plan into a folder."""
    parts = [HEAD]
    for key, (value, unit, year, more) in NUMBERS.items():
        parts.append(
            f'[[number]]\nkey = "{key}"\nname = {{zh = "{key} 数", en = "{key}"}}\n'
            f"value = {value}\n"
            f'unit = "{unit}"\nyear = {year}\nclause = "第一条"\nsentence = "原句 {key}"\n{more}\n'
        )
    path = folder / "plan.toml"
    path.write_text("\n".join(parts) + checks, "utf-8")
    return path
