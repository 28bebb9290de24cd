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
# # 四、只凭历年在校生推算
# *A forecast from rolls alone: how far off it would have been, and how sure it is*
#
# 许多区县没有分街区的人口，却有历年分校、分年级的在校生数。只凭这一张表也能推算，还能说清有多大把握，并且拿过去验证。
# 利通区没有公开历年在校生数，所以这一章换一份真实的数据：美国新泽西州四个县各校每年秋季的在校生数。
#
# *Litong publishes no rolls of past years, so this chapter takes real ones: New Jersey's autumn counts of four counties.
# They have no homes and no roads, and so no map.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

from seatplan.demand.backtest import backtest
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.roll_events import find_events
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import read_rolls
from seatplan.views.roll_charts import draw_backtest, draw_fan

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())
SOURCES = HOME / "data" / "sources" / "enrolment"


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %% [markdown]
# ## 在校生
# *The rolls*
#
# 每行是一所学校、一个年级、一个秋季；另一个文件说明各学务区（school district）在哪个县。

# %%
rolls = read_rolls(SOURCES / "nj_school_grade.csv", units=SOURCES / "nj_districts.csv")
years = sorted(rolls.pupils.index.unique("year"))
tell(
    f"{len(rolls.units)} 所学校，{len(rolls.grades)} 个年级，{years[0]}—{years[-1]} 年；"
    f"{years[-1]} 年共有学生 {rolls.pupils.xs(years[-1], level='year').sum():,.0f} 人。"
)

# %% [markdown]
# 学校会开办、停办、逐年增减年级，招生范围会移动。这些都不是人口的增减，而且都发生在某一年：推算之前先认出来。
#
# *Schools open, close, phase grades in and have their boundaries moved. None of this is growth, and all of it has a year.*

# %%
KINDS = {
    "jump": "一年里骤增骤减",
    "phase_in": "逐年增加年级",
    "phase_out": "逐年减少年级",
    "gap": "缺某年的数",
    "boundary": "招生范围移动",
    "opening": "开办",
    "closure": "停办",
    "merger": "合并",
    "slip": "疑为误填",
}
events = find_events(rolls)
counts = events.kind.value_counts().rename(index=KINDS)
counts.rename_axis("变动").to_frame("次数")

# %%
HIGH, NINTH = "175240055", "175240054"
change = events[(events.unit == NINTH) & (events.kind == "phase_in")].iloc[0]
tell(
    f"例如 Union City 的高中在 {change.year} 年把九年级收了进去，原来只有九年级的学校同年添了 {change.grades.replace(' ', '、')} 年级，成了一所小高中："
)
record = rolls.pupils.unstack("year").loc[[NINTH, HIGH]]
record = record.reindex(["9", "10", "11", "12"], level="grade")
record.fillna(0).astype(int).rename_axis(index=["学校", "年级"], columns="年份")

# %% [markdown]
# ## 过去算得准不准
# *What a forecast is worth*
#
# 退回到以前的每个秋天，只用当时知道的数往前推算，再和后来的实际数比。误差是各格差数的绝对值之和除以实际人数之和；
# 区间说八成，实际数就该有八成左右落在里面。

# %%
result = backtest(rolls)
draw_backtest(result, "zh")

# %%
METHODS = {
    "seatplan": "seatplan",
    "last_value": "沿用上年",
    "linear_trend": "线性趋势",
    "cohort_survival_3": "三年升级率",
    "hamilton_perry": "Hamilton-Perry 法",
    "empirical_bayes": "升级率（向全体收缩）",
}
errors = result.wape("unit").rename(index=METHODS).reindex(METHODS.values())
errors.rename_axis(index="方法", columns="提前年数").style.format("{:.1f}%")

# %%
ahead = errors.columns
others = errors.drop(index="seatplan").min()
tell(
    f"各校合计，提前 {ahead[0]} 年误差 **{errors.loc['seatplan', ahead[0]]:.1f}%**，最好的其他方法 {others[ahead[0]]:.1f}%；"
    f"提前 {ahead[-1]} 年 **{errors.loc['seatplan', ahead[-1]]:.1f}%** 对 {others[ahead[-1]]:.1f}%。"
)

# %% [markdown]
# 小学校更难算准，哪种方法都一样。
#
# *Small schools are harder, and no method changes that.*

# %%
SIZES = {"<200": "不到 200 人", "200-599": "200—599 人", "600+": "600 人及以上", "all": "全部"}
table = result.table[(result.table.method == "seatplan") & (result.table.level == "unit")]
by_size = table.pivot(index="size", columns="lead", values="wape").loc[list(SIZES)]
by_size.rename(index=SIZES).rename_axis(index="学校规模", columns="提前年数").style.format(
    "{:.1f}%"
)

# %% [markdown]
# ## 往后推算
# *The forecast*
#
# 推算十年，并抽取一千个未来，彼此相差和过去的误差一样大。

# %%
forecast = forecast_rolls(rolls, range(years[-1] + 1, years[-1] + 11))
draws = draw_rolls(forecast, n=1000, seed=1)
draw_fan(draws, HIGH, "zh")

# %% [markdown]
# 每个未来里各校、各年级、各年份是一起抽的，所以加起来也对：一个县比其中一所学校更有把握。
#
# *A draw holds every school, grade and year together, so that sums are right: a county is surer than its schools.*

# %%
LEVELS = {
    "grade": "一校一个年级",
    "unit": "学校",
    "district": "学务区",
    "county": "县",
    "all": "全部",
}
soon = years[-1] + 3
width = {}
for level, name in LEVELS.items():
    bounds = draws.intervals(level).xs(soon, level="year").dropna()
    middle = (bounds.high_80 + bounds.low_80) / 2
    width[name] = ((bounds.high_80 - bounds.low_80) / middle).median()
column = f"{soon} 年八成区间的宽度，占学生数"
pd.Series(width, name=column).to_frame().style.format("{:.0%}")

# %%
draw_fan(draws, None, "zh")

# %% [markdown]
# ## 问这些未来一个问题
# *A question for the futures*
#
# 某校的学生几年后会不会多出一成？数一数有几成未来是这样。

# %%
later = years[-1] + 5
schools = draws.pupils.sum(axis=2)[:, :, later - years[-1] - 1]
now = (
    rolls.pupils.xs(years[-1], level="year")
    .groupby("unit")
    .sum()
    .reindex(rolls.units, fill_value=0)
)
likely = pd.DataFrame(
    {
        f"{years[-1]} 年学生": now.astype(int),
        f"{later} 年多出一成的概率": (schools > 1.1 * now.to_numpy()).mean(axis=0),
    },
    index=rolls.units.rename("学校"),
)
likely.sort_values(likely.columns[1], ascending=False).head(8).style.format(
    "{:.0%}", subset=likely.columns[1:]
)
