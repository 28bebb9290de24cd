"""The five-year plan beside the district as it is: change the steps in the TOML file, and run.

python scenarios/plan_2025.py            # writes to out/; another folder may follow
"""

import sys
from pathlib import Path

import seatplan as sp

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "out") / "plan-2025-report"
STAGE, YEAR = "primary", 2025  # what is printed and mapped

district, standards = sp.read_district(DATA), sp.read_standards(DATA / "standards.toml")
rules = sp.read_rule_sets([HERE.parent / "standards"])
today = sp.evaluate(district, standards)
scenario = sp.read_scenario(HERE / "plan-2025.toml")
plan = sp.evaluate(district, standards, scenario, costs=today.costs)

shortage = sp.compare([today, plan]).table.catchment_shortage
print("\n".join(scenario.describe("en")))
print(f"\n{STAGE}: catchment shortage, pupils")
print(shortage.xs(STAGE, level="stage").unstack("scenario").to_string())

sp.write_run(plan, OUT / "tables")
sp.map_comparison(today, plan, stage=STAGE, year=YEAR).save(OUT / "map.html")
for file in sp.write_report([today, plan], OUT, rules=rules):
    print(file)
