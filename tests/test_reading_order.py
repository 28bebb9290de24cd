"""The house is read from top to bottom: a file imports only from files above it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "seatplan"


def reading_order() -> list[str]:
    """Module names in the order of the listing in docs/architecture.md."""
    listing = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("src/seatplan/\n")[1]
    order, room = [], ""
    for line in listing.split("```")[0].splitlines():
        indent = len(line) - len(line.lstrip())
        if indent == 2:
            room = match[1] + "." if (match := re.match(r"  (\w+)/", line)) else ""
        for name in re.findall(r"(\w+)(?:\.py|/)(?=\s|$)", line):
            order.append((room if indent > 2 else "") + name)
    return order


def imported(path: Path) -> set[str]:
    """The seatplan modules that a file imports at its top level or inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("seatplan."):
            names.add(node.module.removeprefix("seatplan."))
        elif isinstance(node, ast.ImportFrom) and node.module == "seatplan":
            names.update(alias.name for alias in node.names if not alias.name.startswith("_"))
    return names


def place(name: str, order: list[str]) -> int:
    while name not in order:
        assert "." in name, f"{name} is missing from the listing in docs/architecture.md"
        name = name.rsplit(".", 1)[0]
    return order.index(name)


def test_a_file_imports_only_from_files_above_it():
    order = reading_order()
    breaches = []
    for path in PACKAGE.rglob("*.py"):
        if path.name == "__init__.py" and path.parent == PACKAGE:
            continue
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for other in imported(path):
            inside = other.startswith(f"{name}.")  # a room shows what is in it
            if place(other, order) > place(name, order) and not inside:
                breaches.append(f"{name} imports {other}")
    assert not breaches


def test_nothing_that_evaluate_runs_looks_at_a_clock():
    files = [PACKAGE / "outcome.py"]
    for room in ("seating", "demand", "findings"):
        files += (PACKAGE / room).rglob("*.py")
    assert len(files) > 20
    clocks = {"time", "datetime", "timeit"}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not clocks & {name.split(".")[0] for name in names}, file
