"""Small rolls whose numbers can be worked out on paper, and parts of the New Jersey panel."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.rolls import build_rolls, read_rolls

SOURCES = Path(__file__).parents[2] / "data" / "sources" / "enrolment"
COLUMNS = ["unit", "town", "grade", "year", "pupils"]


@pytest.fixture(scope="session")
def steady():
    """Four grades of two schools in one town, 100 pupils each, 2012 to 2019."""
    rows = product(["a", "b"], ["t"], ["K", "1", "2", "3"], range(2012, 2020), [100])
    return build_rolls(pd.DataFrame(rows, columns=COLUMNS))


@pytest.fixture(scope="session")
def noisy():
    """30 schools of three towns, 6 grades, 10 years; every cell is Poisson about 60."""
    random = np.random.default_rng(1)
    rows = [
        (f"s{unit:02d}", f"t{unit % 3}", f"g{grade}", year, random.poisson(60))
        for unit, grade, year in product(range(30), range(1, 7), range(2010, 2020))
    ]
    return build_rolls(pd.DataFrame(rows, columns=COLUMNS))


@pytest.fixture(scope="session")
def new_jersey():
    """Schools of four counties, under districts and counties."""
    return read_rolls(SOURCES / "nj_school_grade.csv", units=SOURCES / "nj_districts.csv")


@pytest.fixture(scope="session")
def new_jersey_districts():
    """Every district, under counties."""
    return read_rolls(SOURCES / "nj_district_grade.csv", units=SOURCES / "nj_districts.csv")


@pytest.fixture(scope="session")
def sussex(new_jersey):
    """Schools of one rural county, with few pupils and a steep decline."""
    return new_jersey.of(list(new_jersey.parents.index[new_jersey.parents["county"] == "37"]))
