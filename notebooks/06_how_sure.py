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
# # 六、有多大把握
# *How sure: many futures, what they say of each catchment, and what to count next*
#
# 前几章只算一个未来：出生、迁移、入学率和住房都取数据文件里的数。这一章把它们当作可能的数，抽取许多个未来，逐个走到学位，
# 看学区缺口有多大可能、最早哪一年、哪一项假定最要紧。利通没有历年在校生，抽取凭各项输入的几种取值（每种写明概率、出处和理由）。
#
# **学校一级的数据是校准的，不是调查的**，概率只在这些假定之内成立。
#
# *Chances hold within the assumptions, each of which stands with its chance, source and reason; schools are calibrated.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import seatplan as sp
from seatplan.findings.wave import list_stranded
from seatplan.views.charts import draw_lines
from seatplan.views.swings import draw_swings

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())
DRAWS, SEED = 200, 0


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
plan_2025 = sp.read_scenario(HOME / "scenarios" / "plan-2025.toml")
variants = sp.read_variants(HOME / "data" / "variants.toml")
today = sp.evaluate(district, standards)
plan = sp.evaluate(district, standards, plan_2025, costs=today.costs)
futures = sp.draw_demand(
    district, standards, n=DRAWS, seed=SEED, costs=today.costs, variants=variants
)
sure = {
    outcome.scenario.title.zh: sp.evaluate_draws(
        district, standards, outcome.scenario, draws=futures, costs=today.costs
    )
    for outcome in (today, plan)
}
STAGES = {stage.code: stage.name.zh for stage in standards.stages}

# %% [markdown]
# ## 全区的学生：一条线变成一条带
# *Pupils of the district: a line becomes a band*
#
# 带的两边是二十个未来里最少的一个和最多的一个之外的范围（百分之五到百分之九十五）。

# %%
people = sure[today.scenario.title.zh].measure("district_pupils").loc["primary"]
names = {"q05": "少的一端", "q50": "中间", "q95": "多的一端"}
draw_lines({zh: people[key] for key, zh in names.items()}, title="小学生（人）")

# %% [markdown]
# ## 学区缺口：不实施与实施规划
# *The catchment shortage, without the plan and with it*

# %%
at = plan_2025.interventions[-1].year
rows = []
for stage in (code for code in STAGES if standards.stage(code).intake != "seats"):
    for name, drawn in sure.items():
        row = drawn.measure("all_catchment_shortages").loc[stage, at]
        whole = drawn.measure("district_shortage").loc[(stage, at), "chance"]
        rows.append((STAGES[stage], name, row["mean"], row.q05, row.q95, whole))
columns = ["学段", "方案", "学区缺口平均（人）", "少的一端", "多的一端", "有全区缺口的概率"]
pd.DataFrame(rows, columns=columns).set_index(["学段", "方案"]).style.format(
    "{:,.0f}", subset=columns[2:5]
).format("{:.0%}", subset=columns[5:])

# %%
before, after = (
    drawn.measure("all_catchment_shortages").loc["primary", at] for drawn in sure.values()
)
tell(
    f"{at} 年小学的学区缺口，不实施规划平均 **{before['mean']:,.0f}** 人，实施后 **{after['mean']:,.0f}** 人；"
    f"多的一端还有 {after.q95:,.0f} 人，少的一端只有 {after.q05:,.0f} 人。"
)

# %% [markdown]
# ## 哪些学区最没有疑问
# *Which catchments leave no doubt*
#
# 预警按缺口、年数和概率分级。基年的缺口是已知的，概率自然是一；所以另列新建学校最早能投用那年的概率：那时还缺，才值得建。

# %%
warned = sp.list_warnings(plan, draws=sure[plan.scenario.title.zh])
label = {"red": "红", "orange": "橙", "yellow": "黄", "green": "绿"}
shown = warned[warned.level == "red"].head(12).reset_index()
shown = shown.assign(
    level=shown.level.map(label),
    stage=shown.stage.map(STAGES),
    school=shown.school.map(plan.district.schools.name),
    chance=shown.chance.map("{:.0%}".format),
    chance_built=shown.chance_built.map("{:.0%}".format),
)
names = {
    "level": "级别",
    "school": "学校",
    "stage": "学段",
    "first": "首次",
    "worst_year": "最重",
    "shortage": "学区缺口（人）",
    "chance": "最重那年概率",
    "chance_built": "新校可投用那年概率",
}
shown[list(names)].rename(columns=names).style.hide(axis="index")

# %%
sp.map_outcome(plan, "primary", year=at)

# %%
gone = warned[(warned.chance_built < 0.5) & (warned["first"] == district.base_year)]
tell(
    f"现在就有学区缺口的学区里，有 **{len(gone)}** 个到新建学校最早能投用那年多半已经不缺：对它们只该调整学区或改用教室。"
)

# %% [markdown]
# ## 先查清哪一项
# *What to count next: one assumption at a time*
#
# 一次只变一项，其余照数据文件。条越长，这一项越要紧；先去查清最长的那一项。

# %%
swings = sp.list_swings(today, plan, variants, at)
draw_swings(swings, language="zh")

# %%
inputs = {"births": "出生", "infants": "漏登婴儿", "migration": "迁移", "take_up": "入学率"}
inputs |= {"housing": "住房"}
asked = swings.survey.rename(index=inputs)
tell(
    f"改变结论最多的是**{asked.index[0]}**（{asked.catchments.iloc[0]} 个学区），其次是{asked.index[1]}"
    f"（{asked.catchments.iloc[1]} 个）；{asked.index[-1]}对 {at} 年几乎没有影响，因为那些孩子还没有到入学的年龄。"
)

# %% [markdown]
# ## 波峰过后空下来的学位
# *What stands empty when the wave has passed*

# %%
stranded = list_stranded(today, plan).reset_index()
stranded = stranded.assign(
    school=stranded.school.map(plan.district.schools.name), stage=stranded.stage.map(STAGES)
)
names = {"school": "学校", "stage": "学段", "opening": "投用", "added": "新增学位"}
names |= {"idle_10": "十年后空余"}
stranded[list(names)].rename(columns=names).style.hide(axis="index")

# %%
empty = stranded[stranded.stranded_10.fillna(False).astype(bool)]
tell(
    f"规划的 {len(stranded)} 个项目里，**{len(empty)}** 个在投用十年后空余超过三成：现在缺，十年后空。建之前先想好以后怎么用。"
)
