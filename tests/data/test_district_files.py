"""The sample district as written: its totals, its ground, its roads and its names."""

import csv
import tomllib
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
COMPULSORY = [f"g{n}" for n in range(1, 10)]
GRADES = ["k1", "k2", "k3", *COMPULSORY, "g10", "g11", "g12", "sp"]
STAGE_GRADES = {
    "kindergarten": GRADES[:3],
    "primary": COMPULSORY[:6],
    "junior": COMPULSORY[6:],
    "senior": GRADES[12:15],
    "special": ["sp"],
}


@pytest.fixture(scope="module")
def schools():
    return gpd.read_file(DATA / "schools.geojson").set_index("id")


@pytest.fixture(scope="module")
def blocks():
    return gpd.read_file(DATA / "population" / "blocks.geojson").set_index("id")


@pytest.fixture(scope="module")
def residents():
    table = pd.read_csv(DATA / "population" / "residents.csv", dtype={"block": str})
    return table.set_index("block")


@pytest.fixture(scope="module")
def roads():
    return gpd.read_file(DATA / "roads.geojson")


def pupils(schools, grades=GRADES):
    """Pupils of each school in these grades."""
    return schools[[f"roll_{g}" for g in grades]].sum(axis=1).astype(int)


def ages(first, last):
    return [f"age_{age}" for age in range(first, last + 1)]


def test_the_census_of_2020_holds_to_the_last_resident(residents):
    # Census tabulation, Litong: the five groups under 20, and everybody.
    groups = {(0, 0): 4855, (1, 4): 24072, (5, 9): 31243, (10, 14): 35035, (15, 19): 27914}
    for (first, last), people in groups.items():
        assert residents[ages(first, last)].to_numpy().sum() == people
    assert residents["total"].sum() == 460_790
    assert (residents[ages(0, 19)].sum(axis=1) <= residents["total"]).all()


def test_urban_residents_and_the_two_known_townships_hold(blocks, residents):
    total = residents["total"]
    assert total[blocks["setting"] != "rural"].sum() == 321_479
    # 板桥乡 and 东塔寺乡: the two townships with a figure of 2020.
    by_township = total.groupby(blocks["township"]).sum()
    assert by_township["640302201"] == 58_776
    assert by_township["640302200"] == 22_781


def test_the_plan_counts_128_schools_by_kind_and_who_runs_them(schools):
    assert schools["kind"].value_counts().to_dict() == {
        "kindergarten": 61,
        "primary": 48,
        "junior": 8,
        "nine_year": 7,
        "senior": 3,
        "special": 1,
    }
    district = schools[schools["run_by"] == "district"]["kind"].value_counts().to_dict()
    assert district == {"kindergarten": 54, "primary": 37, "junior": 2, "nine_year": 7}


def test_the_plan_counts_pupils_to_the_last_one(schools):
    district = schools["run_by"] == "district"
    young = schools["kind"] == "kindergarten"
    assert pupils(schools).sum() == 88_033
    assert pupils(schools)[district & young].sum() == 12_258
    assert pupils(schools)[district & ~young].sum() == 36_058


def test_kindergarten_shares_are_the_plans(schools):
    young = schools[schools["kind"] == "kindergarten"]
    children = pupils(young)
    share = children.groupby(young["ownership"]).sum() / children.sum() * 100
    assert share["public"] == pytest.approx(52.79, abs=0.01)
    assert share["public"] + share["inclusive"] == pytest.approx(87, abs=0.01)


def test_large_classes_are_as_rare_as_the_plan_says(schools):
    roll = schools[[f"roll_{g}" for g in COMPULSORY]].fillna(0).to_numpy(int)
    classes = schools[[f"classes_{g}" for g in COMPULSORY]].fillna(0).to_numpy(int)
    largest = -(-roll // np.maximum(classes, 1))
    # Evenly split, roll mod classes of a grade are the larger ones.
    full = np.where(roll % np.maximum(classes, 1) == 0, classes, roll % np.maximum(classes, 1))
    level = np.where((largest - 1 > 55), classes, np.where(largest > 55, full, 0))
    # 188 classes removed make 1,275; with 3,820 pupils in 28 rural schools, some more are needed.
    assert classes.sum() == pytest.approx(1275, abs=60)
    assert 100 * level.sum() / classes.sum() == pytest.approx(2.85, abs=0.15)


def test_every_grade_with_pupils_has_a_class_and_every_class_a_room(schools):
    for stage, grades in STAGE_GRADES.items():
        roll = schools[[f"roll_{g}" for g in grades]].fillna(0).to_numpy()
        classes = schools[[f"classes_{g}" for g in grades]].fillna(0).to_numpy()
        rooms = schools[f"classrooms_{stage}"]
        assert ((classes >= 1) | (roll == 0)).all()
        assert (classes.sum(axis=1) <= rooms.fillna(0)).all()
        # A stage that is not taught is null all through.
        taught = schools[[f"roll_{g}" for g in grades]].notna().all(axis=1)
        assert (taught == rooms.notna()).all()


def test_town_schools_are_crowded_and_some_country_schools_are_tiny(schools):
    primary = schools[schools["kind"] == "primary"]
    roll = pupils(primary)
    seats = primary["classrooms_primary"] * 45
    town, country = (primary["setting"] == "urban"), (primary["setting"] == "rural")
    assert (roll / seats)[town].median() > 1.05
    assert (roll / seats)[country].median() < 0.8
    assert (pupils(schools) > 2000).sum() >= 3
    assert ((roll < 100) & country).sum() >= 3


def test_no_school_bears_the_name_of_a_real_one(schools):
    assert schools["name"].str.startswith("利通示例第").all()
    assert schools["name_en"].str.startswith("Sample ").all()
    assert schools["name"].is_unique
    with (DATA / "sources" / "schools_named.csv").open(encoding="utf-8") as file:
        known = {row["name"] for row in csv.DictReader(file)}
    assert not known & set(schools["name"])


def test_blocks_cover_the_district_without_gap_or_overlap(blocks):
    polygons = blocks.geometry.to_numpy()
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    outline = shapely.coverage_union_all(polygons)
    assert outline.geom_type == "Polygon"
    assert not outline.interiors


def test_blocks_nest_in_the_real_units_and_townships(blocks):
    zones = pd.read_csv(DATA / "zones.csv", dtype=str).set_index("id")
    units = zones[zones["kind"] == "unit"]
    assert len(units) == 139
    assert (zones["kind"] == "township").sum() == 13
    assert set(blocks["unit"]) == set(units.index)
    assert (blocks["township"] == blocks["unit"].map(units["parent"])).all()
    assert 500 <= len(blocks) <= 700
    assert zones["name_en"].map(str.isascii).all(), "places have English names"


def test_every_school_stands_in_the_block_of_its_unit(schools, blocks):
    where = gpd.sjoin(schools[["geometry"]], blocks[["unit", "geometry"]], predicate="within")
    assert len(where) == len(schools)
    assert (where["unit"] == schools["unit"]).all()


def test_every_block_has_one_school_a_stage_that_teaches_it(schools, blocks):
    table = pd.read_csv(DATA / "catchments.csv", dtype=str)
    assert set(table["stage"]) == {"primary", "junior"}
    assert not table.duplicated(["block", "stage"]).any()
    for stage, rows in table.groupby("stage"):
        assert set(rows["block"]) == set(blocks.index)
        taught = schools.index[schools[f"classrooms_{stage}"].notna()]
        assert set(rows["school"]) == set(taught)


def test_catchments_hold_about_the_pupils_on_roll(schools, residents):
    table = pd.read_csv(DATA / "catchments.csv", dtype=str)
    for stage, span in {"primary": (6, 11), "junior": (12, 14)}.items():
        school = table[table["stage"] == stage].set_index("block")["school"]
        living = residents[ages(*span)].sum(axis=1).groupby(school).sum()
        ratio = pupils(schools, STAGE_GRADES[stage]).loc[living.index] / living
        # Four in a hundred go next door in town, and small schools are rounded.
        assert ratio.between(0.85, 1.15).all()


def walk_straight(schools, blocks, stage):
    """Straight metres from each block to the school of its catchment."""
    table = pd.read_csv(DATA / "catchments.csv", dtype=str)
    school = table[table["stage"] == stage].set_index("block")["school"].loc[blocks.index]
    homes = blocks.to_crs("EPSG:4544").representative_point()
    gates = schools.to_crs("EPSG:4544").geometry.loc[school]
    return pd.Series(shapely.distance(homes.to_numpy(), gates.to_numpy()), blocks.index)


def test_homes_lie_in_villages_about_their_school(schools, blocks, residents):
    rural = blocks.index[blocks["setting"] == "rural"]
    village = rural[rural.str.endswith("-1")]
    # Nine in ten people of a rural unit live in its village, the others in its fields.
    assert residents["total"][village].sum() / residents["total"][rural].sum() == pytest.approx(
        0.9, abs=0.001
    )
    walk = walk_straight(schools, blocks, "primary")
    children = residents[ages(6, 11)].sum(axis=1)
    mean = (walk * children).groupby(blocks["setting"]).sum() / children.groupby(
        blocks["setting"]
    ).sum()
    assert mean[["urban", "town"]].max() < 900
    assert mean["rural"] < 1_200
    # Who lives farther than 2 km as the crow flies: below 3 % in the city and the towns, below a
    # eighth in the country, where they ride.
    far = children.where(walk > 2000, 0).groupby(blocks["setting"]).sum()
    share = far / children.groupby(blocks["setting"]).sum()
    assert share["urban"] < 0.03
    assert share["town"] < 0.03
    assert share["rural"] < 0.125


def test_no_primary_school_is_kilometres_from_its_pupils(schools, blocks, residents):
    table = pd.read_csv(DATA / "catchments.csv", dtype=str)
    school = table[table["stage"] == "primary"].set_index("block")["school"].loc[blocks.index]
    children = residents[ages(6, 11)].sum(axis=1)
    walk = walk_straight(schools, blocks, "primary") * children
    mean = walk.groupby(school).sum() / children.groupby(school).sum()
    assert mean.max() < 2_000


def test_rural_schools_hold_the_pupils_of_the_meal_scheme(schools):
    rural = schools[(schools["setting"] == "rural") & schools["roll_g1"].notna()]
    # The plan: 3,820 pupils in the rural meal scheme, 28 rural schools renewed.
    assert len(rural) == 28
    assert pupils(rural).sum() == pytest.approx(3820, abs=40)
    assert (rural["run_by"] == "district").all()


def test_two_rural_schools_board_and_the_senior_highs(schools):
    beds = schools[schools["boarding_beds"] > 0]
    assert beds[beds["setting"] == "rural"]["kind"].tolist() == ["nine_year"] * 2
    assert set(beds[beds["setting"] != "rural"]["kind"]) == {"senior"}
    assert (beds["boarding_beds"] < pupils(beds)).all()


def test_fit_shows_both_readings_and_builds_the_one_that_explains_more():
    text = (DATA / "FIT.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    names = next(row for row in rows if row[0] == "under the reading")
    assert names[1:] == ["rural (built)", "rural and town"]
    left = next(row for row in rows if row[0].startswith("unexplained way"))
    built, other = (float(cell.replace(",", "")) for cell in left[1:])
    assert built < other


def test_every_road_leads_to_every_other_and_crosses_water_on_bridges_only(roads):
    water = gpd.read_file(DATA / "water.geojson").geometry.union_all()
    dry = roads["road_class"] != "bridge"
    assert not roads.geometry[dry].intersects(water).any()
    assert 5 <= (~dry).sum() <= 60
    graph = nx.Graph()
    for line in roads.geometry:
        graph.add_edge(line.coords[0], line.coords[-1])
    assert nx.is_connected(graph)
    assert 3000 <= len(graph) <= 6000


def test_every_block_and_school_is_within_300_m_of_a_road(blocks, schools, roads):
    metric = "EPSG:4544"
    lines = shapely.STRtree(roads.to_crs(metric).geometry.to_numpy())
    homes = blocks.to_crs(metric).representative_point()
    for points in (homes, schools.to_crs(metric).geometry):
        _, distance = lines.query_nearest(points.to_numpy(), return_distance=True)
        assert distance.max() < 300


def test_births_of_2019_and_2020_make_the_census_age_0():
    births = pd.read_csv(DATA / "population" / "births.csv", index_col="year")
    births = births[["low", "medium", "high"]]
    assert list(births.index) == list(range(2019, 2041))
    # Age 0 at 31 August 2020: a third of 2019, two thirds of 2020; 4,855 in the census.
    assert (births.loc[2019] / 3 + births.loc[2020] * 2 / 3)["medium"] == pytest.approx(4855)
    later = births.loc[2025:]
    assert (later["low"] < later["medium"]).all()
    assert (later["medium"] < later["high"]).all()


def test_take_up_gives_the_rolls_of_2020(schools, residents):
    rates = pd.read_csv(DATA / "population" / "take_up.csv").set_index(["stage", "year"])["rate"]
    spans = {"kindergarten": (3, 5), "primary": (6, 11), "junior": (12, 14), "senior": (15, 17),
             "special": (6, 14)}  # fmt: skip
    for stage, span in spans.items():
        people = residents[ages(*span)].to_numpy().sum()
        on_roll = pupils(schools, STAGE_GRADES[stage]).sum()
        assert rates[stage, 2020] * people == pytest.approx(on_roll, abs=0.6)
    assert rates["kindergarten", 2020] == 0.9391
    assert rates["kindergarten", 2025] == 0.95


def test_moderated_ratios_keep_half_of_the_change_between_the_censuses():
    ratio = pd.read_csv(DATA / "population" / "cohort_ratios.csv").set_index("age")["ratio"]
    # 0-4 in 2010: 27,343; 10-14 in 2020: 35,035. Half of that change on the log scale.
    assert ratio.loc[2:11].prod() == pytest.approx((35035 / 27343) ** 0.5, abs=1e-3)
    # 5-9 in 2010: 27,675; 15-19 in 2020: 27,914.
    assert ratio.loc[7:16].prod() == pytest.approx((27914 / 27675) ** 0.5, abs=1e-3)
    assert ratio.loc[0:11].idxmax() == 5


def test_the_plan_adds_6480_primary_and_1800_kindergarten_seats_on_candidate_sites():
    sites = gpd.read_file(DATA / "sites.geojson").set_index("id")
    assert 25 <= len(sites) <= 40
    for name, delay in (("plan-2025", 0), ("plan-late", 2)):
        steps = tomllib.loads((ROOT / "scenarios" / f"{name}.toml").read_text("utf-8"))
        rooms = {"primary": 0, "kindergarten": 0}
        for step in steps["intervention"]:
            site = sites.loc[step["site"]]
            for stage, count in step["classrooms"].items():
                assert stage in site["stages"].split()
                assert count <= site["max_classrooms"]
                assert step["year"] - delay >= site["earliest_year"]
                rooms[stage] += count
        # 4 x 36 classes of 45, and 5 x 12 classes of 30 on average.
        assert rooms["primary"] * 45 == 6480
        assert rooms["kindergarten"] * 30 == 1800


def test_rezoned_blocks_change_school():
    table = pd.read_csv(DATA / "catchments.csv", dtype=str).set_index(["stage", "block"])["school"]
    steps = tomllib.loads((ROOT / "scenarios" / "rezone-core.toml").read_text("utf-8"))
    for step in steps["intervention"]:
        for block in step["blocks"]:
            assert table[step["stage"], block] != step["school"]


def test_every_column_has_a_provenance_and_files_stay_lean():
    provenance = pd.read_csv(DATA / "provenance.csv")
    assert set(provenance["provenance"]) == {"real", "plan", "calibrated", "synthetic"}
    for path in sorted(DATA.glob("*.geojson")) + sorted(DATA.glob("population/*")):
        assert path.relative_to(DATA).as_posix() in set(provenance["file"])
    assert (DATA / "population" / "blocks.geojson").stat().st_size < 1.5e6
    assert (DATA / "roads.geojson").stat().st_size < 3e6
