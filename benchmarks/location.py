"""P-median against spopt and the textbook program, capacitated location against HiGHS, in one run.

    python benchmarks/location.py FOLDER [--peer-seconds 300] [--runs 3]
    python benchmarks/location.py --siting [--effort 60]
    python benchmarks/location.py --large [--effort 600] [--years 9] [--share 1.0]

FOLDER holds `optimal.tsv` (instance, optimum) and the folders `pmed/` and `cap/` of OR-Library.
Each is run as often, in CPU seconds of one thread, the best against the best. A peer has a ratio
only where it proved the same optimum; one that stopped at its limit is told by its value.
`--siting` draws a town of 600 blocks, `--large` one of 20,000; both from a seed.
"""

import argparse
import resource
import time
from functools import partial
from pathlib import Path

import numpy as np
from orlib import read_cap, read_pmed
from scipy.sparse import csr_matrix, diags_array, eye_array, hstack, kron, vstack

from seatplan.solvers.location import solve_capacitated, solve_p_median, solve_siting
from seatplan.solvers.location.milp import Milp, solve_milp
from seatplan.solvers.stop import Stop


def read_optima(folder):
    lines = (folder / "optimal.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: float(optimum) for name, optimum in pairs}


def solve_textbook(cost, p, seconds):
    """Solve the strong formulation by HiGHS: x_ij <= y_j, sum_j x_ij = 1, sum_j y_j = p."""
    clients, sites = cost.shape
    links = clients * sites
    served = kron(eye_array(clients), np.ones((1, sites)))
    below = kron(np.ones((clients, 1)), -eye_array(sites))
    matrix = vstack(
        [
            hstack([served, csr_matrix((clients, sites))]),
            hstack([eye_array(links), below]),
            hstack([csr_matrix((1, links)), np.ones((1, sites))]),
        ]
    ).tocsr()
    lower = np.concatenate([np.ones(clients), np.full(links, -np.inf), [p]])
    upper = np.concatenate([np.ones(clients), np.zeros(links), [p]])
    whole = np.arange(links + sites) >= links
    columns = np.concatenate([cost.ravel(), np.zeros(sites)])
    ends = np.zeros(links + sites), np.ones(links + sites)
    milp = Milp(columns, csr_matrix(matrix), lower, upper, *ends, whole)
    answer = solve_milp(milp, seconds=seconds, slack=0.999)
    return answer.cost, answer.is_done


def solve_by_spopt(cost, p, seconds):
    """Spopt's p-median with pulp's HiGHS; ImportError where spopt is absent.

    Pulp calls a run "optimal" that its time limit ended; only `sol_status` tells the two apart.
    """
    import pulp
    from spopt.locate import PMedian

    model = PMedian.from_cost_matrix(cost, np.ones(len(cost)), p_facilities=p)
    model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1), results=False)
    is_done = model.problem.sol_status == pulp.LpSolutionOptimal
    return pulp.value(model.problem.objective), is_done


def solve_textbook_capacitated(read, seconds):
    """Solve by HiGHS alone: x_ij <= y_j, sum_j x_ij = 1, sum_i d_i x_ij <= k_j y_j."""
    clients, sites = read.cost.shape
    links = clients * sites
    served = kron(eye_array(clients), np.ones((1, sites)))
    below = kron(np.ones((clients, 1)), -eye_array(sites))
    load = kron(read.demand[None, :], eye_array(sites))
    matrix = vstack(
        [
            hstack([served, csr_matrix((clients, sites))]),
            hstack([eye_array(links), below]),
            hstack([load, -diags_array(read.capacity)]),
        ]
    ).tocsr()
    free = np.full(links + sites, -np.inf)
    lower = np.concatenate([np.ones(clients), free])
    upper = np.concatenate([np.ones(clients), np.zeros(links + sites)])
    whole = np.arange(links + sites) >= links
    columns = np.concatenate([read.cost.ravel(), read.fixed])
    ends = np.zeros(links + sites), np.ones(links + sites)
    milp = Milp(columns, csr_matrix(matrix), lower, upper, *ends, whole)
    answer = solve_milp(milp, seconds=seconds, gap=1e-7)
    return answer.cost, answer.is_done


def take_best(solve, runs, is_over=lambda _: False):
    """Return CPU seconds and answer of the quickest of several runs; of one where it `is_over`."""
    best, kept = np.inf, None
    for _ in range(runs):
        start = time.process_time()
        answer = solve()
        spent = time.process_time() - start
        if spent < best:
            best, kept = spent, answer
        if is_over(answer):
            break
    return best, kept


def compare_peer(name, solve, runs, ours, optimum):
    """Print what a peer found and, only where it proved the same optimum, how much longer it took.

    A peer that stopped at its time limit is told by its value: it may have the optimum without
    the proof. It is not run again.
    """
    try:
        spent, (value, is_done) = take_best(solve, runs, lambda answer: not answer[1])
    except ImportError:
        print(f"    {name}: not installed")
        return
    if value is None or not np.isfinite(value):
        print(f"    {name}: stopped without a plan after {spent:.1f} s CPU")
        return
    above = value / optimum - 1
    found = "the optimum" if abs(above) <= 1e-6 else f"{above:.2%} above the optimum"
    if is_done:
        proof = f"proven, {spent / ours:.0f} times ours" if abs(above) <= 1e-4 else "called proven"
    else:
        proof = "stopped without a proof: no ratio"
    print(f"    {name}: {value:.3f}, {found}, in {spent:.2f} s CPU; {proof}", flush=True)


def run_p_median(folder, optima, seconds, runs):
    read = {name: read_pmed(folder / "pmed" / f"{name}.txt") for name in optima}
    start = time.perf_counter()
    solve_p_median(*read["pmed6"])
    print(f"first call, compiling or reading the cache: {time.perf_counter() - start:.2f} s")
    total = 0.0
    for name, (cost, p) in read.items():
        own = partial(solve_p_median, cost, p, stop=Stop(max(seconds, 60.0)))
        spent, answer = take_best(own, runs)
        total += spent
        verdict = "proven" if (answer.status, answer.cost) == ("optimal", optima[name]) else "NOT"
        print(f"{name:7} n {len(cost):4} p {p:4} {answer.cost:7.0f} {verdict} {spent:6.3f} s CPU")
        if name in ("pmed6", "pmed16") and seconds:
            peers = {"spopt with HiGHS": solve_by_spopt, "textbook with HiGHS": solve_textbook}
            for peer, solve in peers.items():
                compare_peer(peer, partial(solve, cost, p, seconds), runs, spent, optima[name])
    print(f"together {total:.2f} s CPU, the best of {runs} runs of each")


def run_capacitated(folder, optima, seconds, runs):
    start = time.perf_counter()
    solve_capacitated([[1.0, 2.0]], [1.0], [1.0, 1.0], [1.0, 1.0])
    print(f"first call, compiling or reading the cache: {time.perf_counter() - start:.2f} s")
    for name, optimum in optima.items():
        file, _, capacity = name.partition("_")
        path = folder / "cap" / (f"{file}.txt.gz" if capacity else f"{file}.txt")
        read = read_cap(path, float(capacity) if capacity else None)
        spent, (answer, near) = take_best(
            partial(solve_and_watch, read, max(seconds, 75.0), 1.001 * optimum), runs
        )
        is_best = abs(answer.cost - optimum) <= 1e-6 * optimum
        verdict = "proven" if answer.status == "optimal" and is_best else "NOT"
        print(
            f"{name:9} {answer.cost:12.3f} {verdict} {spent:6.2f} s CPU, 0.1 % in {near:5.2f} s",
            flush=True,
        )
        if capacity and seconds:
            peer = partial(solve_textbook_capacitated, read, seconds)
            compare_peer("textbook with HiGHS", peer, runs, spent, optimum)


def solve_and_watch(read, seconds, near):
    """Solve a capacitated instance; the CPU seconds until its plan cost at most `near` beside."""
    start, reached = time.process_time(), []

    def watch(cost, *_):
        if cost <= near:
            reached.append(time.process_time() - start)

    answer = solve_capacitated(
        read.cost, read.demand, read.capacity, read.fixed, stop=Stop(seconds), progress=watch
    )
    return answer, min(reached, default=time.process_time() - start)


def draw_town(blocks, schools, sites, years, side, spare=1.02, growth=0.03, reach=np.inf, seed=1):
    """Draw `solve_siting`'s tables: `side` in metres, `spare` seats per pupil of the first year."""
    generator = np.random.default_rng(seed)
    centres = generator.random((max(blocks // 60, 3), 2)) * side

    def place(count):
        is_near = generator.random(count) < 0.6
        anywhere = generator.random((count, 2)) * side
        offset = generator.normal(0, side / 15, (count, 2))
        near = centres[generator.integers(len(centres), size=count)] + offset
        return np.where(is_near[:, None], np.clip(near, 0, side), anywhere)

    homes, standing, offered = place(blocks), place(schools), place(sites)
    first = generator.integers(5, 40, blocks)
    rate = generator.normal(growth, 0.05, blocks)
    demand = np.round(first[:, None] * (1 + rate[:, None]) ** np.arange(years))
    share = generator.uniform(0.6, 1.4, schools)
    seats = np.round(share / share.sum() * first.sum() * spare)
    offset = homes[:, None] - np.vstack([standing, offered])[None]
    metres = np.round(np.hypot(offset[..., 0], offset[..., 1]) * 1.3)
    metres[metres > reach] = np.inf
    sizes = np.round(seats.mean() * np.array([0.8, 1.0, 1.2]))
    return demand, metres, np.tile(seats[:, None], (1, years)), np.tile(sizes, (sites, 1))


def measure_siting(name, tables, effort, **limits):
    start = time.process_time()
    answer = solve_siting(*tables, stop=Stop(effort), **limits)
    spent = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        f"{name}: {answer.status}, short {answer.shortage:.0f} (at least "
        f"{answer.shortage_bound:.0f}), walking within {answer.gap:.2%}, {spent:.1f} s CPU, "
        f"{answer.effort:.1f} units, {answer.seconds:.0f} s on the clock, at most "
        f"{megabytes:.0f} MB",
        flush=True,
    )


def run_siting(effort):
    """600 blocks, 40 schools, 4 of 30 sites in three sizes, nine years."""
    town = {"blocks": 600, "schools": 40, "sites": 30, "years": 9, "side": 20_000.0}
    measure_siting("compiling", draw_town(**town), effort, max_sites=1)
    free = draw_town(**town)
    price = np.round(free[3] / 10)
    budget = np.where(np.arange(9) < 6, price.mean() * 0.7, 0.0)
    measure_siting("no limit on the way, no budget", free, effort, max_sites=4)
    for reach in (8_000.0, 4_000.0):
        tables = draw_town(**town, reach=reach)
        measure_siting(f"service radius {reach:g} m", tables, effort, max_sites=4)
    tables = draw_town(**town, spare=0.9)
    measure_siting("seats 10 % short of the first year's pupils", tables, effort, max_sites=4)
    limits = {"price": price, "budget": budget, "max_sites": 4}
    measure_siting("money in six of nine years", free, effort, **limits)


def run_large(effort, years, share):
    """Draw 20,000 blocks, 2,000 schools, 40 of 500 sites in three sizes, or a `share` of them."""
    blocks, schools, sites, most = (int(count * share) for count in (20_000, 2_000, 500, 40))
    side = 100_000.0 * share**0.5
    tables = draw_town(blocks, schools, sites, years, side, growth=0.005)
    name = f"{most} of {sites} sites, {schools} schools, {blocks} blocks, {years} years"
    measure_siting(name, tables, effort, max_sites=most, progress=tell)


def tell(best, bound, work):
    print(f"    {work:6.0f} units: {best:.6g}, at least {bound:.6g}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--siting", action="store_true", help="towns of 600 blocks")
    parser.add_argument("--large", action="store_true", help="a region of 20,000 blocks")
    parser.add_argument("--effort", type=float, default=600.0, help="units of work of each siting")
    parser.add_argument("--years", type=int, default=9, help="of the region")
    parser.add_argument("--share", type=float, default=1.0, help="of the region's size")
    parser.add_argument("--peer-seconds", type=float, default=300.0, help="0 leaves peers out")
    parser.add_argument("--runs", type=int, default=3, help="of each, ours and theirs")
    chosen = parser.parse_args()
    if chosen.siting:
        run_siting(chosen.effort)
    if chosen.large:
        run_large(chosen.effort, chosen.years, chosen.share)
    if chosen.folder is None:
        return
    optima = read_optima(chosen.folder)
    pmed = {name: value for name, value in optima.items() if name.startswith("pmed")}
    run_p_median(chosen.folder, pmed, chosen.peer_seconds, chosen.runs)
    cap = {name: value for name, value in optima.items() if name.startswith("cap")}
    run_capacitated(chosen.folder, cap, chosen.peer_seconds, chosen.runs)


if __name__ == "__main__":
    main()
