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
# # 七、对得上吗：评估、审核、监测
# *Does it hold: indicators assessed, the plan audited, the years monitored*
#
# 教育局按指标受评，规划按数字承诺，规划的第四章要求逐年监测。这一章用同一个模型核对三件事：各项指标哪年达标、卡在哪里；
# 规划自己的数字前后是否一致、模型能不能兑现；一年过去，实际与规划、预测差在哪里。
#
# **学校一级的数据是校准的；监测用的实际数是合成的**，只演示方法。
#
# *School figures are calibrated; the years that came are made up, to show the method.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import seatplan as sp
from seatplan.audit.audit import VERDICTS, read_plan
from seatplan.findings.why import explain_figure
from seatplan.monitoring.actual import read_actual, read_births
from seatplan.monitoring.monitor import monitor_year
from seatplan.views.audit import tell_entry
from seatplan.views.charts import draw_lines
from seatplan.views.monitor import tell_departure
from seatplan.views.why import write_reasons

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
plan_2025 = sp.read_scenario(HOME / "scenarios" / "plan-2025.toml")
today = sp.evaluate(district, standards)
plan = sp.evaluate(district, standards, plan_2025, costs=today.costs)
STAGES = {stage.code: stage.name.zh for stage in standards.stages}

# %% [markdown]
# ## 指标：哪年达标，卡在哪里
# *Indicators: met when, and what stands in the way*
#
# 规则集是数据：每条写明文件、条款、原文、怎么算、读过没有。没有限值的只列数；“不宜”的条文只提示。

# %%
sets = sp.read_rule_sets([HOME / "standards"])
found = sp.assess_outcomes([today, plan], sets)
at = plan_2025.interventions[-1].year
words = {"met": "达标", "missed": "未达标", "advised": "超出建议值", "told": "只列数"}
counts = found.table[found.table.year == at].groupby(["scenario", "status"]).size().unstack()
titles = {one.scenario.name: one.scenario.title.zh for one in found.outcomes}
counts = counts.reindex(columns=list(words)).fillna(0).astype(int)
counts.rename(index=titles, columns=words).rename_axis(index="方案", columns="项")

# %%
rules = {(one.code, rule.code): rule.name.zh for one in sets for rule in one.rules}
last = found.table[(found.table.year == at) & (found.table.scenario == plan_2025.name)]
missed = last[(last.status == "missed") & last.least.notna()]
pd.DataFrame(
    {
        "指标": [rules[key] for key in zip(missed.rule_set, missed.rule, strict=True)],
        "学段": missed.stage.map(STAGES).fillna("全区"),
        "学校（所）": missed.schools,
        "学生（人）": missed.pupils,
        "首次未达标": missed.first_missed,
        "何时起一直达标": missed.met_from.replace(0, "—"),
    }
).head(15).style.hide(axis="index")

# %% [markdown]
# 一项指标也可以画在图上：各小学有多大一部分学生住在服务半径以外。
#
# *An indicator on a map: the share of each primary's pupils who live beyond its radius.*

# %%
sp.map_outcome(plan, "primary", year=at, measure="beyond_radius")

# %% [markdown]
# ## 大班额：规划的承诺和模型的线
# *Large classes: the promise as a line, and what the model has*

# %%
lines = {
    outcome.scenario.title.zh: outcome.measure("large_class_share").xs("compulsory", level="scope")
    for outcome in (today, plan)
}
draw_lines(lines, title="大班额占比（义务教育，全区学校）", percent=True)

# %% [markdown]
# ## 规划的数字前后对照
# *The plan's numbers against each other*

# %%
audit = sp.audit_plan(today, plan, read_plan(HOME / "data" / "plan.toml"))
verdicts = ("相符", "不符", "无法解释", "不能算")
names = dict(zip(("agree", "contradict", "unexplained", "missing"), verdicts, strict=True))
tell("，".join(f"{names[key]} **{audit.count(key)}** 项" for key in VERDICTS) + "。")
own = [one for one in audit.entries if one.rule in ("same", "placed", "course", "dates")]
against = [one for one in own if one.verdict == "contradict"]
pd.DataFrame(
    {
        "项目": [one.name.zh for one in against],
        "说明": [tell_entry(one, "zh") for one in against],
        "出处": ["; ".join(dict.fromkeys(n.clause for n in one.numbers)) for one in against],
    }
).style.hide(axis="index")

# %% [markdown]
# ## 一年过去：哪里不一样
# *A year later: what came otherwise*
#
# 下面的“实际数”是合成的：一所新校没有按时开办，有学生迁入几所学校，出生比假定少，各校各年级再加一点起伏。
# 监测应当把前三件都说出来，别的都不说。

# %%
FILES = HOME / "tests" / "data" / "came-2023"
came = pd.read_csv(FILES / "rolls.csv")
year = int(came.year.max())
rolls = read_actual(FILES / "rolls.csv", plan_2025.apply(district), standards, year)
monitored = monitor_year(
    district,
    standards,
    plan_2025,
    rolls,
    year,
    plan=audit.plan,
    births=read_births(FILES / "births.csv"),
)
tell("\n".join(f"- {tell_departure(one, monitored, 'zh')}" for one in monitored.departures))

# %%
errors = monitored.errors.error.unstack("year").reindex(list(STAGES)).rename(index=STAGES)
errors.rename_axis(index="学段", columns="预测误差").style.format("{:+.1%}")

# %% [markdown]
# ## 这个数从哪里来
# *Where a figure comes from*

# %%
school = next(step.school for step in plan_2025.interventions if "primary" in step.classrooms)
tell(write_reasons(plan, school, at, "seats", explain_figure(plan, school, at, "seats"), "zh"))

# %% [markdown]
# ## 哪些乡村小学可以撤并
# *Which small rural schools may close*

# %%
rural = sp.weigh_rural_schools(today).table
few = rural[rural.pupils < sp.weigh_rural_schools(today).rules.few].xs("close", level="option")
tell(
    f"生源较少的乡村小学有 **{len(few)}** 所。撤并后低年级能步行的有 **{int((few.low_bus == 0).sum())}** 所，"
    f"其余 {int((few.low_bus > 0).sum())} 所的低年级要改乘校车，共 {few.low_bus.sum():,} 人；改为教学点，他们留在本校。"
)
