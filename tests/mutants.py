"""Mutants of a room: small faults drawn by a seed, and how many of them its tests find.

    python -m tests.mutants seating travel --count 60 --seed 0

A mutant is one place of one file changed: a comparison turned or moved by its boundary, + for -,
* for /, `and` for `or`, `~` or `not` left out, a number one higher, True for False, min for max.
Places are drawn without regard to who covers them; docstrings, defaults, annotations and compiled
functions (their machine code is kept on disk) are left out. Each mutant is run in a process of its
own against the quick tests of the room: those of its own file first, up to the first that fails.
The files on disk are never changed. Prints each survivor, and the share killed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "seatplan"
LOADED = ("geopandas", "scipy.sparse.csgraph", "numba")  # once, before all
SECONDS = 120  # of processor time of a mutant that does not end: it counts as found
COLD = 900  # of the tests without a mutant, which compile what is compiled
FLIPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}
NAMES |= {"any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """One place of a file, by its number among the places, and what it says then."""

    path: Path
    place: int
    line: int
    told: str

    @property
    def module(self) -> str:
        """The module that is changed."""
        return ".".join(self.path.relative_to(SOURCE.parent).with_suffix("").parts)


class Places(ast.NodeTransformer):
    """Counts the places of a file that may be changed, and changes one of them."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted, self.found = wanted, list[tuple[int, str]]()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave compiled functions out, and annotations."""
        if any("compiled" in ast.unparse(mark) for mark in node.decorator_list):
            return node
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Change the value only."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave docstrings and messages out."""
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave the words of a refusal as they are."""
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Turn a comparison."""
        self.generic_visit(node)
        for at, operator in enumerate(node.ops):
            if self._meets(node, type(operator).__name__):
                node.ops[at] = FLIPS[type(operator)]()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Turn + - * / & and |."""
        self.generic_visit(node)
        if type(node.op) in FLIPS and self._meets(node, type(node.op).__name__):
            node.op = FLIPS[type(node.op)]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Turn `and` and `or`."""
        self.generic_visit(node)
        if self._meets(node, type(node.op).__name__):
            node.op = FLIPS[type(node.op)]()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave what is said above a class as it is."""
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave ~, not and - out."""
        self.generic_visit(node)
        if self._meets(node, type(node.op).__name__):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Raise numbers by one, and turn True and False."""
        if isinstance(node.value, bool):
            return ast.Constant(not node.value) if self._meets(node, str(node.value)) else node
        if isinstance(node.value, int | float) and self._meets(node, str(node.value)):
            return ast.Constant(node.value + 1)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Turn min and max, any and all, floor and ceil."""
        self.generic_visit(node)
        if node.attr in NAMES and self._meets(node, node.attr):
            node.attr = NAMES[node.attr]
        return node

    def _meets(self, node: ast.expr, told: str) -> bool:
        self.found.append((node.lineno, told))
        return len(self.found) - 1 == self.wanted


def list_mutants(room: str) -> Iterator[Mutant]:
    """List every mutant of the files of a room."""
    for path in sorted((SOURCE / room).rglob("*.py")):
        places = Places()
        places.visit(ast.parse(path.read_text()))
        for place, (line, told) in enumerate(places.found):
            yield Mutant(path, place, line, told)


def list_tests(mutant: Mutant) -> list[str]:
    """Return the tests of a mutant's file, then those of its room."""
    parts = mutant.path.relative_to(SOURCE).parts
    room = ROOT / "tests" / parts[0]
    own = ROOT.joinpath("tests", *parts[:-1], f"test_{parts[-1]}")
    return [str(path) for path in (own, room) if path.exists()]


def run_mutant(mutant: Mutant) -> int:
    """Run the tests with the mutant in place of its module; status 0 where none fails."""
    tree = Places(mutant.place).visit(ast.parse(mutant.path.read_text()))
    code = compile(ast.fix_missing_locations(tree), str(mutant.path), "exec")
    plain = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if fullname == mutant.module else plain(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    words = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider"]
    words += ["-m", "not slow and not browser and not office"]
    for path in list_tests(mutant):
        status = int(pytest.main([*words, path]))
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return status
    return 0


def is_killed(mutant: Mutant, seconds: int = SECONDS) -> bool:
    """Run a mutant in a process of its own; whether a test fails, or it does not end."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        status = 1
        try:
            status = run_mutant(mutant)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def main() -> int:
    """Draw mutants, run them, and say how many the tests find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="+")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    terms = parser.parse_args()
    every = [mutant for room in terms.rooms for mutant in list_mutants(room)]
    drawn = random.Random(terms.seed).sample(every, min(terms.count, len(every)))
    for name in LOADED:
        import_module(name)
    for room in terms.rooms:
        plain = replace(next(list_mutants(room)), place=-1)
        if is_killed(plain, COLD):
            print(f"the tests of {room} fail, or take too long, without a mutant: nothing is drawn")
            return 1
    killed = 0
    for number, mutant in enumerate(drawn, 1):
        found = is_killed(mutant)
        killed += found
        place = f"{mutant.path.relative_to(SOURCE)}:{mutant.line}"
        print(f"{number:3} {'killed  ' if found else 'SURVIVED'} {place} {mutant.told}", flush=True)
    print(f"{killed} of {len(drawn)} killed, of {len(every)} places; seed {terms.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
