# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A forecast from rolls alone
#
# A district that has counted its pupils by school and grade for some years can forecast them, can say how sure it is,
# and can prove both. Here is the whole way on real rolls: New Jersey's autumn counts, 2012 to 2022.

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd

from seatplan.demand.backtest import backtest
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.roll_events import find_events
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import read_rolls
from seatplan.views.roll_charts import draw_backtest, draw_fan

folder = next(up for up in [Path.cwd(), *Path.cwd().parents] if (up / "data").is_dir())
sources = folder / "data" / "sources" / "enrolment"

# %% [markdown]
# ## The rolls
#
# One row for each school, grade and autumn; a second file says which county a district lies in.

# %%
rolls = read_rolls(sources / "nj_school_grade.csv", units=sources / "nj_districts.csv")
rolls

# %% [markdown]
# Schools open, close, phase grades in and have their boundaries moved. None of this is growth, and all of it has a year.

# %%
events = find_events(rolls)
events["kind"].value_counts()

# %% [markdown]
# Union City, 2019: its high school took in all of grade 9, and the ninth-grade school became a small high school.

# %%
events[events["unit"].isin(["175240054", "175240055"])]

# %%
record = rolls.pupils.unstack("year")
record.loc[["175240054", "175240055"]].astype("Int64")

# %% [markdown]
# ## What a forecast is worth
#
# Forecasts from every autumn from 2016 on, each with nothing but what was known then, against what came. The thick line
# is below every other, at one year and at five; and of the actual values, about 80 in 100 lie in the 80 % interval.

# %%
result = backtest(rolls)
draw_backtest(result)

# %%
result.wape("unit").round(1)

# %% [markdown]
# Small schools are harder, and no method changes that.

# %%
seatplan = result.table[(result.table["method"] == "seatplan") & (result.table["level"] == "unit")]
seatplan.pivot(index="size", columns="lead", values="wape").round(1)

# %% [markdown]
# ## The forecast
#
# Ten years ahead, and a thousand futures that are as far apart as past errors have been.

# %%
forecast = forecast_rolls(rolls, range(2023, 2033))
draws = draw_rolls(forecast, n=1000, seed=1)
draw_fan(draws, "175240055")

# %% [markdown]
# A draw holds every school, grade and year together, so that sums are right: a county is surer than its schools.

# %%
width = {}
for place in ("grade", "unit", "district", "county", "all"):
    bounds = draws.intervals(place).xs(2025, level="year").dropna()
    middle = (bounds["high_80"] + bounds["low_80"]) / 2
    width[place] = ((bounds["high_80"] - bounds["low_80"]) / middle).median()
pd.Series(width, name="width of the 80 % interval in 2025, share of the pupils").round(3)

# %%
draw_fan(draws)

# %% [markdown]
# ## A question for the futures
#
# How likely is it that a school will have more than so many pupils? Count the draws.

# %%
schools = draws.pupils.sum(axis=2)
today = rolls.pupils.xs(2022, level="year").groupby("unit").sum().reindex(rolls.units)
grown = (schools[:, :, 4] > 1.1 * today.to_numpy()).mean(axis=0)
likely = pd.Series(grown, index=rolls.units, name="chance of a tenth more in 2027")
likely.sort_values(ascending=False).head(8).round(2)
