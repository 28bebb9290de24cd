import pandas as pd
import pytest

from seatplan.demand.backtest import backtest
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls
from seatplan.views.catalogue import say
from seatplan.views.roll_charts import draw_backtest, draw_fan


@pytest.fixture(scope="module")
def rolls():
    rows = {
        (f"s{unit}", f"g{grade}", year): 50 + unit + (7 * unit + 3 * grade + 5 * year) % 11
        for unit in range(8)
        for grade in range(1, 4)
        for year in range(2010, 2018)
    }
    series = pd.Series(rows, name="pupils").rename_axis(["unit", "grade", "year"])
    return build_rolls(series.reset_index())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_backtest_has_a_line_for_each_method_and_its_coverage(rolls, language, tmp_path):
    result = backtest(rolls, leads=(1, 2), methods=("seatplan", "last_value"), draws=50)
    figure = draw_backtest(result, language)
    first, _, coverage = figure.axes
    assert [line.get_label() for line in first.get_lines()] == [
        say("roll.seatplan", language),
        say("roll.last_value", language),
    ]
    assert len(coverage.get_lines()) == 2 + 2 * 3  # the intervals; the whole, schools, cells
    figure.savefig(tmp_path / "backtest.png")
    assert (tmp_path / "backtest.png").stat().st_size > 10_000


def test_without_draws_there_is_no_coverage_to_show(rolls):
    result = backtest(rolls, leads=(1,), methods=("last_value",), draws=0)
    assert len(draw_backtest(result).axes) == 2


@pytest.mark.parametrize("unit", [None, "s3"])
def test_a_fan_starts_after_the_record_and_holds_the_forecast(rolls, unit):
    draws = draw_rolls(forecast_rolls(rolls, [2018, 2019, 2020]), n=100)
    axis = draw_fan(draws, unit).axes[0]
    record, forecast = axis.get_lines()
    assert record.get_xdata()[-1] == 2017
    assert list(forecast.get_xdata()) == [2018, 2019, 2020]
    outer, inner = (area.get_datalim(axis.transData) for area in axis.collections)
    assert outer.ymin <= inner.ymin < min(forecast.get_ydata())
    assert outer.ymax >= inner.ymax > max(forecast.get_ydata())
