"""The contracts say what docs/data-format.md says."""

import re
from pathlib import Path

from tests.towns import SMALL, write_declarations

from seatplan.district.reading import read_standards
from seatplan.district.tables import write_contracts

ROOT = Path(__file__).parents[2]


def documented() -> dict[str, set[str]]:
    """File name -> the columns that docs/data-format.md gives it, optional ones included."""
    lines = (ROOT / "docs" / "data-format.md").read_text("utf-8").splitlines()
    tables = {}
    for line in lines:
        found = re.match(r"\| `([\w/]+\.(?:csv|geojson))`(?: \(optional\))? \| (.*) \|$", line)
        if found:
            parts = re.sub(r"\([^)]*\)", "", found[2]).split(":")
            words = max(parts, key=lambda part: part.count(","))  # the rest is prose
            names = re.findall(r"[a-zA-Z_0-9]+(?: \.\.\. \w+)?", words)
            tables[found[1]] = set(names)
    return tables


def contracted(folder: Path) -> dict[str, set[str]]:
    """File name -> the columns of its contract, families by their name in the document."""
    write_declarations(folder, SMALL)
    families = {"classrooms": "classrooms_STAGE", "roll": "roll_GRADE", "classes": "classes_GRADE"}
    families |= {"outside": "outside_STAGE", "seats": "seats_STAGE"}
    tables = {}
    for name, contract in write_contracts(read_standards(folder / "standards.toml")).items():
        columns = {
            families.get(column.split("_")[0], column) if "_" in column else column
            for column in contract.columns
        }
        tables[name] = {"age_0 ... age_19" if c.startswith("age_") else c for c in columns}
    return tables


def test_every_documented_column_has_its_contract_and_no_other(tmp_path: Path):
    unlisted = {"provenance", "source"}  # every row may carry them
    contracts, documents = contracted(tmp_path), documented()
    assert set(contracts) == set(documents)
    for name, columns in documents.items():
        assert contracts[name] - unlisted == columns - unlisted, name
