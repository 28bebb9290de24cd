"""The district as it is: where seats run out if nothing is built, closed or changed.

python scenarios/baseline.py            # writes to out/; another folder may follow
"""

import sys
from pathlib import Path

import seatplan as sp

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "out") / "baseline-report"
STAGE, YEAR = "primary", 2025  # what is printed and mapped

district, standards = sp.read_district(DATA), sp.read_standards(DATA / "standards.toml")
rules = sp.read_rule_sets([HERE.parent / "standards"])
today = sp.evaluate(district, standards, sp.read_scenario(HERE / "baseline.toml"))

shortage = sp.compare([today]).table.catchment_shortage
print(f"{STAGE}: catchment shortage, pupils")
print(shortage.xs(STAGE, level="stage").unstack("scenario").to_string())

sp.write_run(today, OUT / "tables")
sp.map_outcome(today, stage=STAGE, year=YEAR).save(OUT / "map.html")
for file in sp.write_report([today], OUT, rules=rules):
    print(file)
