"""Many futures at once against `evaluate` on each of them, in one run, processor time.

python benchmarks/draws.py            data/, 200 futures at once, 10 of them one by one
python benchmarks/draws.py FOLDER N   another district, N futures

The peer is `evaluate` with the forecast of each future: what one did before `evaluate_draws`. Both
are given the ways to school. Figures of the futures that both have followed are the same, which is
asserted. A district with rolls of past years is drawn by `draw_demand`, another by independent
factors of its blocks.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import seatplan as sp
from seatplan.case.case import prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.draws import DemandDraws
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.outcome import Outcome

FEW = 10  # futures followed one by one


def draw(district: District, standards: Standards, count: int) -> DemandDraws:
    """Draw futures by the rolls on record, or where there are too few by factors of blocks."""
    try:
        return sp.draw_demand(district, standards, n=count)
    except InputError:
        shape = len(district.blocks), 1, len(district.years), count
        factors = np.exp(np.random.default_rng(0).normal(0, 0.1, shape))
        factors[:, :, 0] = 1.0
        factors = np.repeat(factors, len(standards.grades), axis=1)
        labels = district.blocks.index, standards.grades, district.years
        return sp.hold_factors(factors, *labels)


def take_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return processor seconds and wall seconds."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - used, time.perf_counter() - began


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else "data"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    district = sp.read_district(folder)
    standards = sp.read_standards(f"{folder}/standards.toml")
    costs = sp.evaluate(district, standards).costs
    draws = draw(district, standards, count)
    central = forecast_demand(prepare(district, standards))
    few = replace(draws, count=min(FEW, count))
    factors = few.factors(0, few.count)

    def follow_one(number: int) -> Outcome:
        forecast = replace(central, pupils=central.pupils * factors[..., number].ravel())
        outcome = sp.evaluate(district, standards, costs=costs, forecast=forecast)
        outcome.measure("catchment_shortage")
        return outcome

    alone = [follow_one(number) for number in range(few.count)]
    together = sp.evaluate_draws(district, standards, draws=few, costs=costs)
    rolls = np.mean([one.measure("pupils").to_numpy() for one in alone], axis=0)
    assert np.allclose(rolls, together.measure("pupils")["mean"])
    single = take_seconds(lambda: [follow_one(number) for number in range(few.count)])
    many = take_seconds(lambda: sp.evaluate_draws(district, standards, draws=draws, costs=costs))
    one, each = single[0] / few.count, many[0] / count
    print(f"evaluate: {one:.3f} s of processor time a future ({few.count} futures)")
    print(
        f"evaluate_draws: {each:.4f} s of processor time a future, {many[1]:.1f} s in all "
        f"({count} futures): {one / each:.0f} times less"
    )


if __name__ == "__main__":
    main()
