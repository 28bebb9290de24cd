"""The search for the best programme: operate one, learn a bound on all, take the next."""

from __future__ import annotations

import numpy as np

from seatplan.solvers.location.answer import Floats, Ints, Progress
from seatplan.solvers.location.siting_bound import Climb, Cut, Relaxation, value_options
from seatplan.solvers.location.siting_case import Case, Operation
from seatplan.solvers.location.siting_master import Listed, Mixed, read_master
from seatplan.solvers.location.siting_prices import price_seating
from seatplan.solvers.location.subgradient import SLOWEST
from seatplan.solvers.stop import Meter

ROUNDS, PATIENCE = 25, 10  # subgradient steps between two looks at the work left
CLIMBING = 0.3  # of the work left, the share that a climb may take
SAME = 1e-12  # of all demand, below which two shortages are one


class Search:
    """Least shortage first, then least walking, over the programmes of a case."""

    def __init__(
        self, case: Case, gap: float, slack: float, meter: Meter, progress: Progress | None
    ) -> None:
        self.case, self.gap, self.slack, self.progress = case, gap, slack, progress
        self.meter = meter
        self.same = SAME * float(case.demand.sum())
        self.offered = case.drop_dominated()
        self.master: Listed | Mixed = read_master(case, self.offered, meter)
        self.near = Relaxation(case, np.where(np.isfinite(case.metres), 0.0, np.inf))
        self.ways = Relaxation(case, case.metres)
        self.options = np.zeros(len(case.sizes), np.int32)
        self.operation = case.operate(self.options)
        self.tried: set[bytes] = set()
        self.cuts: list[Cut] = []
        self.slowest = 0.0  # units of work that operating a programme of a large case took
        self.most_short = np.inf  # until the least shortage is known
        self.bounds = [0.0, 0.0]  # on the shortage, and on the walking

    @property
    def is_first(self) -> bool:
        """Whether the shortage is still what is sought."""
        return bool(np.isinf(self.most_short))

    @property
    def best(self) -> float:
        """The least found of what is sought."""
        return self.operation.shortage if self.is_first else self.operation.walking

    @property
    def target(self) -> float:
        """What every programme worth finding keeps within."""
        return self.best - self.slack if self.is_first else self.best * (1 - self.gap)

    @property
    def is_proven(self) -> bool:
        """Whether shortage and walking are proven as nearly as asked for."""
        is_short_proven = self.bounds[0] >= self.operation.shortage - self.slack - self.same
        return is_short_proven and not self.is_first and self.bounds[1] >= self.target

    @property
    def relative_gap(self) -> float:
        """The gap asked for, as a share of what is sought."""
        return self.slack / max(self.best, 1.0) if self.is_first else self.gap

    def raise_bound(self, bound: float) -> None:
        """Keep a better bound on what is sought, and tell how far the search is."""
        place = 0 if self.is_first else 1
        self.bounds[place] = max(self.bounds[place], min(bound, self.best))
        if self.progress is not None:
            self.progress(self.best, self.bounds[place], self.meter.done)

    def try_options(self, options: Ints) -> Operation:
        """Operate `options`, keep them if they are the best so far, and learn from their prices."""
        self.tried.add(options.tobytes())
        operation = self.case.operate(options)
        self.meter.spend(operation.work + self.near.pass_work + self.ways.pass_work)
        if self.case.is_large:
            self.slowest = max(self.slowest, operation.work)
        known = self.operation
        fewer = operation.shortage < known.shortage - self.same
        nearer = operation.walking < known.walking
        if (fewer and self.is_first) or (
            nearer and operation.shortage <= known.shortage + self.same
        ):
            self.options, self.operation = options.copy(), operation
        short, prices, charges = price_seating(self.case, operation)
        self.learn(self.near.cut(short, None))
        self.learn(self.ways.cut(prices, charges))
        return operation

    def learn(self, cut: Cut) -> None:
        """Add a cut; those on the walking wait until the least shortage is known."""
        self.cuts.append(cut)
        if cut.charge is None or not self.is_first:
            self.master.add(cut, self.most_short)

    def close(self, meter: Meter) -> None:
        """Try the programme that could be the best until none could be better."""
        while meter.left > self.slowest and not meter.is_over:
            proposal = self.master.propose(self.most_short, self.target, self.relative_gap, meter)
            self.raise_bound(proposal.bound)
            options = proposal.options
            if proposal.bound >= self.target or options is None:
                return
            if options.tobytes() in self.tried:
                return
            self.try_options(options)

    def climb(self, meter: Meter) -> None:
        """Climb to the prices that bound all programmes best, and try what they choose."""
        case, relaxation, charge, offset = self.case, self.near, 1.0, 0.0
        prices, metres, charges = price_seating(case, self.operation)
        if not self.is_first:
            prices, relaxation, charge = metres, self.ways, float(charges.max())
            offset = -charge * self.most_short
        flat = np.concatenate([(prices * case.demand).ravel(), np.zeros(case.years)])
        allowed = self.offered.copy()
        allowed[:, 0] = True
        share = np.full(len(allowed), case.most / len(allowed))
        state = Climb(flat, allowed, share, np.zeros(allowed.shape))
        limit = meter.part(CLIMBING * meter.left)
        while not limit.is_over and state.pace >= SLOWEST and state.bound <= self.target:
            before = state.rounds
            relaxation.climb(state, charge, offset, self.target, ROUNDS, PATIENCE)
            limit.spend((state.rounds - before) * relaxation.pass_work)
            self.raise_bound(state.bound)
        links = state.prices[: case.demand.size].reshape(case.demand.shape)
        each = links / np.maximum(case.demand, 1e-300)
        cut = relaxation.cut(each, None if self.is_first else np.full(case.years, charge))
        self.learn(cut)
        self.try_options(self.choose(state.share, np.where(allowed, state.values, np.inf)))
        self.narrow(state)

    def value(self, cut: Cut) -> tuple[Floats, Floats]:
        """Return what each site can gain in `cut`, and what its options earn."""
        values, sizes = np.zeros(self.offered.shape), self.case.sizes.shape[1]
        value_options(cut.gains, np.zeros((len(values), sizes)), np.zeros(self.case.years), values)
        values[~self.offered] = np.inf
        return -values.min(axis=1), values

    def choose(self, share: Floats, values: Floats) -> Ints:
        """Return the options of most share and least value that fit and can be paid."""
        options = np.zeros(len(share), np.int32)
        for site in np.argsort(-share, kind="stable"):
            if not self.case.has_place(options, site):
                continue
            for option in np.argsort(values[site, 1:], kind="stable") + 1:
                options[site] = option
                if np.isfinite(values[site, option]) and self.case.is_affordable(options):
                    break
                options[site] = 0
        return options

    def narrow(self, state: Climb) -> None:
        """List the programmes of the options left by a climb, where they have become few enough."""
        if self.is_first or not isinstance(self.master, Mixed):
            return
        allowed = state.allowed.copy()
        allowed[:, 0] = False
        self.read_cuts(read_master(self.case, allowed, self.meter))

    def read_cuts(self, master: Listed | Mixed) -> None:
        """Go on with `master`, with every cut learnt so far: the shortage first."""
        self.master = master
        for cut in sorted(self.cuts, key=lambda cut: cut.charge is not None):
            if cut.charge is None or not self.is_first:
                master.add(cut, self.most_short)

    def seek(self, meter: Meter) -> None:
        """Find the least shortage, or with that known the least walking."""
        if isinstance(self.master, Mixed):
            if self.is_first:
                self.try_options(self.choose(*self.value(self.cuts[-1])))
            proposal = self.master.propose(self.most_short, self.target, self.relative_gap, meter)
            self.raise_bound(proposal.bound)
            if proposal.bound < self.target:
                self.climb(meter)
        self.close(meter)

    def run(self) -> None:
        """Search; a keyboard interrupt ends it with the best so far.

        At most half of the work goes to the shortage.
        """
        meter = self.meter
        try:
            self.try_options(self.options)
            self.seek(meter.part(meter.left / 2))
            self.most_short = self.operation.shortage + self.same
            self.read_cuts(self.master)
            self.seek(meter)
        except KeyboardInterrupt:
            meter.cut()
