"""The whole model against a plain reference in pandas and networkx, in one run.

python benchmarks/evaluate.py            data/, the district as it is, both overflow policies
python benchmarks/evaluate.py FOLDER     another district without private schools that open late

The reference is what one writes first: networkx for every school, and tables merged and grouped
year by year. Where the method is the same (walks, forecast, seats, catchments, "stay") its figures
agree with `evaluate` to 1e-6. For "move" it is greedy: the nearest free seat first, where
`evaluate` finds the least total travel. It is spared who of the base year's rolls lives where, and
who lives in which block later: it takes `Outcome.origins` and `project_residents`. It rounds to
whole pupils by largest remainder, forms classes school by school by the rule of docs/classes.md,
and raises no flags.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from travel import take_time, walk_in_networkx

from seatplan.demand.cohorts import project_residents
from seatplan.district.district import District
from seatplan.district.reading import read_district, read_standards
from seatplan.district.stages import Stage
from seatplan.district.standards import Standards
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.travel.network import build_network
from seatplan.travel.walks import snap_points

KEYS = ["block", "school", "grade"]


class Reference:
    """The model step by step in tables of one row for each thing counted."""

    def __init__(self, district: District, standards: Standards, origins: pd.Series) -> None:
        self.district, self.standards = district, standards
        self.origins = origins.reset_index()

    def run(self, overflow: str) -> None:
        """Go through the stages of the model."""
        self.metres = self.measure()
        self.pupils = self.forecast()
        self.seats = self.count_seats()
        tables = [self.seat(stage, overflow) for stage in self.standards.stages]
        self.seated = pd.concat(tables, ignore_index=True)
        self.classes = self.form_classes()
        self.gap = self.balance()

    def measure(self) -> pd.DataFrame:
        """Return the walks, block x school."""
        district = self.district
        network = build_network(district.roads)
        homes = snap_points(network, district.blocks.representative_point())
        gates = snap_points(network, district.schools.geometry)
        walks = walk_in_networkx(network, homes, gates)
        return pd.DataFrame(walks, index=homes.points, columns=gates.points)

    def forecast(self) -> pd.DataFrame:
        """Pupils: block, grade, year, pupils."""
        district, rows = self.district, []
        residents = project_residents(district, self.standards).unstack("age")
        for stage in self.standards.stages:
            known = district.take_up.xs(stage.code).sort_index()
            codes = [grade.code for grade in stage.grades]
            rolls = district.rolls.pupils.xs(district.base_year, level="year")
            rolls = rolls[rolls.index.get_level_values("grade").isin(codes)]
            rolls = rolls.groupby("grade").sum()
            now = residents.xs(district.base_year, level="year")
            ages = {g.code: list(range(g.age_from, g.age_to + 1)) for g in stage.grades}
            first = np.interp(district.base_year, known.index, known)
            expected = sum(now[ages[grade]].to_numpy().sum() for grade in rolls.index) * first
            factor = rolls.sum() / expected if expected else 1.0
            for grade, year in [(grade, year) for grade in codes for year in district.years]:
                living = residents.xs(year, level="year")[ages[grade]].sum(axis=1)
                if year == district.base_year and grade in rolls:
                    counts = rolls[grade] * living / living.sum()
                else:
                    counts = living * np.interp(year, known.index, known) * factor
                rows.append(
                    pd.DataFrame({"grade": grade, "year": year, "pupils": counts}).reset_index()
                )
        return pd.concat(rows, ignore_index=True)

    def count_seats(self) -> pd.DataFrame:
        """Rooms and seats: school, stage, year."""
        rows = []
        schools = self.district.schools
        for (school, stage), steps in self.district.classrooms.groupby(["school", "stage"]):
            steps = steps.droplevel(["school", "stage"])
            opened, closes = schools.at[school, "opened"], schools.at[school, "closes"]
            for year in self.district.years:
                rooms = steps[steps.index <= year]
                count = int(rooms.iloc[-1]) if len(rooms) else 0
                if (pd.notna(opened) and year < opened) or (pd.notna(closes) and year >= closes):
                    count = 0
                each = self.standards.seats_per_class(stage, year)
                rows.append((school, stage, year, count, count * each))
        return pd.DataFrame(rows, columns=["school", "stage", "year", "rooms", "seats"])

    def share(self, stage: Stage, year: int) -> pd.DataFrame:
        """Where the entrants of each block go: block, school, share."""
        seats = self.seats[(self.seats.stage == stage.code) & (self.seats.year == year)]
        seats = seats.set_index("school").seats
        opened = seats.index[seats > 0]
        if stage.intake == "seats":
            reach = self.metres[opened].notna() * seats[opened]
            reach = reach.where(np.isfinite(self.metres[opened]), 0.0)
            return _melt(reach.div(reach.sum(axis=1), axis=0))
        private = self.district.schools.ownership == "private"
        public = [school for school in self.metres.columns if school in opened]
        public = [school for school in public if not private[school]]
        zones = self.metres[public].idxmin(axis=1)
        if stage.intake == "catchment":
            table = self.district.catchments.reset_index()
            table = table[(table.stage == stage.code) & (table.year <= year)].sort_values("year")
            given = table.drop_duplicates("block", keep="last").set_index("block").school
            given = given[given.isin(opened)]
            zones = given.reindex(zones.index).fillna(zones)
        grades = [grade.code for grade in stage.grades]
        lived = self.origins[self.origins.grade.isin(grades)]
        lived = lived.groupby(["block", "school"]).pupils.sum()
        lived = lived / lived.groupby("block").sum()
        chosen = lived[[private[s] and s in opened for s in lived.index.get_level_values("school")]]
        rest = (1 - chosen.groupby("block").sum()).reindex(zones.index).fillna(1.0)
        own = pd.DataFrame({"block": zones.index, "school": zones, "share": rest.to_numpy()})
        table = pd.concat([own, chosen.rename("share").reset_index()], ignore_index=True)
        return table.astype({"share": float})

    def seat(self, stage: Stage, overflow: str) -> pd.DataFrame:
        """Seat one stage year by year: block, school, grade, pupils, year."""
        grades = [grade.code for grade in stage.grades]
        up = dict(pairwise(grades))
        tables: list[pd.DataFrame] = []
        before = self.origins.iloc[:0]
        for year in self.district.years:
            pupils = self.pupils[(self.pupils.year == year) & self.pupils.grade.isin(grades)]
            pupils = pupils[["block", "grade", "pupils"]]
            if year == self.district.base_year:
                stay = self.origins[self.origins.grade.isin(grades)]
                pupils = pupils[~pupils.grade.isin(set(stay.grade))]
            else:
                stay = before.assign(grade=before.grade.map(up)).dropna(subset=["grade"])
            come, stay = _follow(stay, pupils, self.share(stage, year))
            if overflow == "move" and year > self.district.base_year:
                table = self.move(stage, year, stay, come)
            else:
                table = pd.concat([stay, come])
            before = table.groupby(KEYS, as_index=False).pupils.sum()
            tables.append(before.assign(year=year))
        return pd.concat(tables, ignore_index=True).astype({"pupils": float})

    def move(self, stage: Stage, year: int, stay: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
        """Cut every school to its seats; the spill takes the nearest free seat, block by block."""
        rows = self.seats[(self.seats.stage == stage.code) & (self.seats.year == year)]
        seats = rows.set_index("school").seats
        staying = stay.groupby("school").pupils.sum().reindex(seats.index).fillna(0.0)
        coming = come.groupby("school").pupils.sum().reindex(seats.index).fillna(0.0)
        keep = (seats / staying).clip(upper=1).fillna(1.0)
        admit = ((seats - staying) / coming).clip(0, 1).fillna(1.0)
        kept = [
            table.assign(pupils=table.pupils * table.school.map(part))
            for table, part in ((stay, keep), (come, admit))
        ]
        cut = pd.concat([stay, come]).assign(
            pupils=np.r_[stay.pupils, come.pupils] - np.r_[kept[0].pupils, kept[1].pupils]
        )
        spill = cut.groupby(["block", "grade"]).pupils.sum()
        table = pd.concat(kept)
        free = (seats - table.groupby("school").pupils.sum().reindex(seats.index).fillna(0)).clip(0)
        public = self.district.schools.ownership != "private"
        moved = []
        for (block, grade), left in spill[spill > 1e-9].items():
            for school, way in self.metres.loc[block, free.index].sort_values().items():
                took = min(left, free[school]) if public[school] and np.isfinite(way) else 0.0
                if took > 0:
                    moved.append((block, school, grade, took))
                    free[school] -= took
                    left -= took
                if left <= 1e-9:
                    break
        return pd.concat([table, pd.DataFrame(moved, columns=[*KEYS, "pupils"])])

    def form_classes(self) -> pd.DataFrame:
        """Whole pupils and classes: school, stage, grade, year, pupils, classes."""
        table = self.seated.groupby(["grade", "year", "school"], as_index=False).pupils.sum()
        parts = []
        for _, part in table.groupby(["grade", "year"]):
            whole = np.floor(part.pupils + 1e-9)
            missing = round(part.pupils.sum()) - int(whole.sum())
            largest = (part.pupils - whole).nlargest(max(missing, 0)).index
            whole[largest] += 1
            parts.append(part.assign(pupils=whole.astype(int)))
        table = pd.concat(parts)
        table["stage"] = table.grade.map(self.standards.stage_of)
        rooms = self.seats.set_index(["school", "stage", "year"]).rooms
        record = self.district.rolls.classes.dropna().xs(self.district.base_year, level="year")
        table["classes"], before = 0, {}
        for key, part in table.sort_values("year").groupby(["school", "stage", "year"], sort=False):
            school, stage, year = key
            base = year == self.district.base_year
            codes = [grade.code for grade in self.standards.stage(stage).grades]
            pupils = part.set_index("grade").pupils.reindex(codes, fill_value=0)
            limits = [self.standards.class_limit(code, year) for code in codes]
            stand = [record.get((school, code), 0) if base else 0 for code in codes]
            had = before.get((school, stage, year - 1), [0] * len(codes))
            classes = _form(list(pupils), stand, [0, *had[:-1]], limits, int(rooms[key]))
            before[key] = classes
            table.loc[part.index, "classes"] = part.grade.map(
                dict(zip(codes, classes, strict=True))
            )
        return table

    def balance(self) -> pd.DataFrame:
        """Seats, pupils and the gap of each school, stage and year."""
        attend = self.classes.groupby(["school", "stage", "year"], as_index=False).pupils.sum()
        table = self.seats.merge(attend, how="left").fillna({"pupils": 0})
        return table.assign(gap=table.pupils - table.seats)


def _form(
    pupils: list[int], stand: list[int], before: list[int], limits: list[float], rooms: int
) -> list[int]:
    """Classes of one school, stage and year; those that `stand` are on record."""
    grades, asked = range(len(pupils)), np.ceil(np.divide(pupils, limits)).astype(int)
    classes = [int(stand[g]) if pupils[g] else 0 for g in grades]
    open_ = [g for g in grades if pupils[g] and not classes[g]]
    entries = [g for g in open_ if not before[g]]
    cohorts = [g for g in open_ if before[g]]
    for g in entries:
        classes[g] = 1
    for g in cohorts:
        classes[g] = min(before[g], int(np.ceil(pupils[g] / np.floor(0.8 * limits[g] + 1e-9))))
    while sum(classes) > rooms and any(classes[g] > 1 for g in cohorts):
        joined = [g for g in cohorts if classes[g] > 1]
        classes[min(joined, key=lambda g: (pupils[g] / (classes[g] - 1), -limits[g], -g))] -= 1
    for asking in (entries, cohorts):
        while sum(classes) < rooms and (short := [g for g in asking if classes[g] < asked[g]]):
            classes[max(short, key=lambda g: (pupils[g] / classes[g] - limits[g], -g))] += 1
    return classes


def _melt(table: pd.DataFrame) -> pd.DataFrame:
    long = table.rename_axis(index="block", columns="school").stack().rename("share").reset_index()
    return long[long.share > 0]


def _follow(
    stay: pd.DataFrame, pupils: pd.DataFrame, share: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who comes to each school, and who stays there of those who were, given who lives where."""
    present = stay.groupby(["block", "grade"], as_index=False).pupils.sum()
    both = pupils.merge(present, on=["block", "grade"], how="left", suffixes=("", "_here"))
    here = both.pupils_here.astype(float).fillna(0.0)
    both["part"] = np.where(here > both.pupils, both.pupils / here.where(here > 0, 1.0), 1.0)
    both["arrive"] = (both.pupils - here).clip(lower=0)
    parts = stay.merge(both[["block", "grade", "part"]], how="left").fillna({"part": 1.0})
    kept = parts.assign(pupils=parts.pupils.astype(float) * parts.part)[[*KEYS, "pupils"]]
    come = both[both.arrive > 0].merge(share, on="block")
    return come.assign(pupils=come.arrive * come.share)[[*KEYS, "pupils"]], kept


def differ(reference: Reference, outcome: Outcome) -> dict[str, float]:
    """Return the largest difference of each stage of the model."""
    ours = outcome.assignment.pupils.groupby(["school", "grade", "year"]).sum()
    theirs = reference.seated.groupby(["school", "grade", "year"]).pupils.sum()
    forecast = reference.pupils.set_index(["block", "grade", "year"]).pupils
    seats = reference.seats.set_index(["school", "stage", "year"]).seats
    walks = reference.metres.to_numpy()
    return {
        "walks, m": float(np.nanmax(np.abs(walks - outcome.costs.metres.to_numpy()))),
        "forecast": float((outcome.forecast.pupils - forecast).abs().max()),
        "seats": float((outcome.seats.table.seats - seats).abs().max()),
        "seated": float(ours.sub(theirs, fill_value=0.0).abs().max()),
    }


def mean_way(seated: pd.DataFrame, metres: pd.DataFrame) -> float:
    long = metres.rename_axis(index="block", columns="school").stack().rename("m").reset_index()
    ways = seated.merge(long, on=["block", "school"])
    return float((ways.pupils * ways.m).sum() / ways.pupils.sum())


def main(arguments: list[str], runs: int = 3) -> None:
    folder = Path(arguments[0] if arguments else "data")
    district, standards = read_district(folder), read_standards(folder / "standards.toml")
    evaluate(district, standards, policy=Policy(overflow="move"))  # imports and compiled parts
    print(f"{district!r}, {len(district.years)} years, {len(standards.stages)} stages")
    for overflow in ("stay", "move"):
        policy = Policy(overflow=overflow)
        ours, outcome = take_time(
            lambda p=policy: evaluate(district, standards, policy=p), runs, time.process_time
        )
        reference = Reference(district, standards, outcome.origins.pupils)
        theirs, _ = take_time(lambda r=reference, o=overflow: r.run(o), runs, time.process_time)
        print(
            f"{overflow:5s} evaluate  {ours:6.2f} s of CPU, the best of {runs} runs of each\n"
            f"      reference {theirs:6.2f} s: {theirs / ours:.0f} times as long"
        )
        found = differ(reference, outcome)
        if overflow == "stay":
            assert max(found.values()) < 1e-6, found
            print(f"      largest difference in walks, forecast, seats, seated: {found}")
        else:
            seated = outcome.assignment.pupils.reset_index()
            ways = [mean_way(table, outcome.costs.metres) for table in (seated, reference.seated)]
            sums = [table.pupils.sum() for table in (seated, reference.seated)]
            print(
                f"      mean way {ways[0]:.1f} m, greedy {ways[1]:.1f} m; pupil-years seated "
                f"{sums[0]:,.1f}, greedy {sums[1]:,.1f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
