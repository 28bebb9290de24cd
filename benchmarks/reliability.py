"""How reliable the stated chances are that a roll passes its seats within three years.

    python benchmarks/reliability.py [--lead 3] [--draws 200]

On every panel of data/sources/enrolment, against cohort survival with ten per cent above and below
(`seatplan.demand.reliability`). The table stands in docs/warning.md.
"""

from __future__ import annotations

import argparse
import sys
import time

from panels import read_panels

from seatplan.demand.reliability import LEAD, weigh_reliability


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--lead", type=int, default=LEAD)
    parser.add_argument("--draws", type=int, default=200)
    options = parser.parse_args()
    for name, (rolls, panel) in read_panels().items():
        start = time.perf_counter()
        found = weigh_reliability(rolls, lead=options.lead, draws=options.draws, panel=panel)
        print(f"\n{name}: {rolls} ({time.perf_counter() - start:.0f} s)")
        print(found.scores.round(4).to_string())
        print(found.table.loc["seatplan"].round(3).to_string(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
