"""Small rural primaries merged: which close, who takes their pupils, how far these then go.

python scenarios/merge_rural.py            # writes to out/; another folder may follow
"""

import sys
from pathlib import Path

import seatplan as sp

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "out") / "merge-rural-report"
STAGE, YEAR = "primary", 2023  # what is printed and mapped

district, standards = sp.read_district(DATA), sp.read_standards(DATA / "standards.toml")
rules = sp.read_rule_sets([HERE.parent / "standards"])
today = sp.evaluate(district, standards)
scenario = sp.read_scenario(HERE / "merge-rural.toml")
plan = sp.evaluate(district, standards, scenario, costs=today.costs)

shortage = sp.compare([today, plan]).table.catchment_shortage
print("\n".join(scenario.describe("en")))
print(f"\n{STAGE}: catchment shortage, pupils")
print(shortage.xs(STAGE, level="stage").unstack("scenario").to_string())

sp.write_run(plan, OUT / "tables")
sp.map_comparison(today, plan, stage=STAGE, year=YEAR).save(OUT / "map.html")
for file in sp.write_report([today, plan], OUT, rules=rules):
    print(file)
