"""Standard classes from 2025: who finds no seat where nobody is seated above the limit.

python scenarios/limits_45_50.py            # writes to out/; another folder may follow
"""

import sys
from pathlib import Path

import seatplan as sp

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "out") / "limits-45-50-report"
STAGE, YEAR = "junior", 2028  # what is printed and mapped

district, standards = sp.read_district(DATA), sp.read_standards(DATA / "standards.toml")
rules = sp.read_rule_sets([HERE.parent / "standards"])
today = sp.evaluate(district, standards)
scenario = sp.read_scenario(HERE / "limits-45-50.toml")
plan = sp.evaluate(district, standards, scenario, costs=today.costs)

found = sp.compare([today, plan]).table[["roll_over_seats", "unplaced"]]
print("\n".join(scenario.describe("en")))
print(f"\n{STAGE}: roll over seats and unplaced, pupils")
print(found.xs(STAGE, level="stage").unstack("scenario").to_string())

sp.write_run(plan, OUT / "tables")
sp.map_comparison(today, plan, stage=STAGE, year=YEAR).save(OUT / "map.html")
for file in sp.write_report([today, plan], OUT, rules=rules):
    print(file)
