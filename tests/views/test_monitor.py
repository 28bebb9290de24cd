"""The monitoring of a year in words, for the bureau and for the public."""

import pytest
from tests.audit.plans import write_plan
from tests.monitoring.made_up import plan, what_came

from seatplan.audit.audit import read_plan
from seatplan.examples import toy_district, toy_standards
from seatplan.monitoring.monitor import monitor_year
from seatplan.views.monitor import tell_departure, write_monitoring


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    town = toy_district(), toy_standards()
    moved = {("A", f"g{grade}", 2022): 20 for grade in range(2, 6)}
    moved |= {("A", f"g{grade + 1}", 2023): 20 for grade in range(2, 6)}
    came = what_came(*town, plan(2025), [2021, 2022, 2023], moved)
    promises = read_plan(write_plan(tmp_path_factory.mktemp("plan")))
    return monitor_year(*town, plan(), came, 2023, plan=promises, births={2022: 60})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["yearly", "mid", "final"])
def test_the_page_tells_every_departure(found, language, form):
    page = write_monitoring(found, language, form=form)
    assert len(found.departures) == 3
    for one in found.departures:
        assert tell_departure(one, found, language) in page
    assert "{" not in page
    assert "nan" not in page


def test_the_public_form_has_no_figure_of_a_school(found):
    page = write_monitoring(found, "en", public=True)
    assert "Primary A" not in page
    assert "Schools:" not in page
    assert "新校 was to open in 2022" in page  # what the plan itself names is public


def test_small_cells_are_hidden_in_the_public_form(found):
    from dataclasses import replace

    errors = found.errors.copy()
    errors.loc[("junior", 2023), "came"] = 7.0
    small = replace(found, errors=errors)
    assert "| under 10 |" in write_monitoring(small, "en", public=True)
    assert "| under 10 |" not in write_monitoring(small, "en")
