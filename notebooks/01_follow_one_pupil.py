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
# # 一、跟着一个孩子走到座位
# *Follow one pupil: the model by hand, a stage a cell*
#
# 一个学位够不够，要从孩子住的那个街区算起：那里有多少孩子，哪一年入学，走到哪所学校，那所学校有几间教室。这一章把模型的每一步
# 拆开，一步一格，跟着同一个街区的同一批孩子，一直走到他们的座位。后两章只是把同样的步骤用到全区。
#
# 正文里的数都是由表算出来的，没有一个是手写的。**学校和街区一级的数据是按公开总数推算的（校准数据），不是调查数据；
# 这里的“一所学校”“一个街区”只是例子。**
#
# *Every figure in the prose is computed from the tables. School-level data are calibrated, not surveyed.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import seatplan as sp
from seatplan.case.case import prepare
from seatplan.demand.cohorts import forecast_pupils
from seatplan.measures.balance import balance_seats
from seatplan.measures.flags import raise_flags
from seatplan.measures.values import Values
from seatplan.seating.assignment import assign_pupils
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.classes import form_classes
from seatplan.seating.headcount import count_heads
from seatplan.seating.origins import fit_origins
from seatplan.views.charts import draw_lines

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %% [markdown]
# ## 第零步：读入
# *Read the district and its standards*
#
# 门口检查一次：缺列、重复编号、坐标颠倒、学校不存在，都会在这里一次说清。进了门，就不再检查。

# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
first, last = district.base_year, district.horizon
tell(
    f"{district.name.zh}：{len(district.schools)} 所学校，{len(district.blocks)} 个街区，"
    f"常住人口 {district.residents.total.sum():,} 人；从 {first} 年推算到 {last} 年。"
)

# %%
pd.DataFrame(
    {
        "学段": [stage.name.zh for stage in standards.stages],
        "年级": ["、".join(grade.name.zh for grade in stage.grades) for stage in standards.stages],
        "每班学位": [standards.seats_per_class(stage.code, first) for stage in standards.stages],
        "入学方式": [
            {"catchment": "按学区", "nearest": "就近", "seats": "全区统筹"}[stage.intake]
            for stage in standards.stages
        ],
    }
).set_index("学段")

# %% [markdown]
# ## 第一步：孩子会有多少
# *Forecast the pupils of every block, grade and year*
#
# 每个街区的孩子一年长一岁，人数按年龄变动比（迁入迁出和死亡）增减；新生儿按出生数落到各街区；到了年龄的孩子按入学率上学。
# 我们挑小学座位最紧的学区里孩子最多的一个街区，跟着其中一批孩子：第五年秋天上一年级的那一批。

# %%
case = prepare(district, standards)
forecast = forecast_pupils(district, standards, births="medium")
costs, seats = case.ways, case.seats

entry = first + 5
zones = district.catchments.xs(("primary", first), level=("stage", "year"))
primary = [grade.code for grade in standards.stage("primary").grades]
by_block = forecast.pupils.unstack("year")[entry].unstack("grade")[primary].sum(axis=1)
lived = by_block.groupby(zones.reindex(by_block.index)).sum()
room = seats.table.seats.xs(("primary", entry), level=("stage", "year")).reindex(lived.index)
school = (lived - room).idxmax()
block = by_block[zones[zones == school].index].idxmax()
place = district.blocks.loc[block]
name = district.schools.name[school]
tell(
    f"{entry} 年小学座位最紧的学区属于**{name}**：住着 {lived[school]:,.0f} 名小学生，有 {room[school]:,.0f} 个学位。"
    f"其中小学生最多的街区是 `{block}`（{district.zones.name[place.township]}，"
    f"{district.zones.name[place.unit]}），{by_block[block]:.0f} 人。"
)

# %%
grades = [
    grade for stage in standards.stages for grade in stage.grades if grade.age_from == grade.age_to
]
steps = [(entry - 6 + grade.age_from, grade) for grade in grades]
steps = [(year, grade) for year, grade in steps if first <= year <= last]
cohort = pd.DataFrame(
    {
        "年份": [year for year, _ in steps],
        "年级": [grade.name.zh for _, grade in steps],
        "年龄": [grade.age_from for _, grade in steps],
        "住在街区": [forecast.residents[(block, grade.age_from, year)] for year, grade in steps],
        "上学": [forecast.pupils[(block, grade.code, year)] for year, grade in steps],
    }
).set_index("年份")
cohort.round(1)

# %%
entrants = float(cohort["上学"][entry])
tell(
    f"这批孩子到 {entry} 年秋天有 {entrants:.1f} 人上一年级。小数不是错误：推算里的人数一直是小数，到最后才一次取整，"
    f"这样各街区相加正好等于全区。"
)

# %% [markdown]
# ## 第二步：路有多远
# *Measure the walk on the road graph, from every block to every school*
#
# 路程沿道路量，不是直线。走不到的学校是无穷远，不会变成一个很大的数。

# %%
teaches = seats.table.seats.xs(("primary", entry), level=("stage", "year"))
walks = costs.metres.loc[block, teaches[teaches > 0].index].sort_values().head(5)
pd.DataFrame(
    {
        "学校": district.schools.name[walks.index],
        "步行（米）": walks.round().astype(int),
        "学位": teaches[walks.index].astype(int),
    }
).set_index("学校")

# %% [markdown]
# ## 第三步：学位有多少
# *Count the seats: classrooms times the class limit*

# %%
own = seats.table.loc[(school, "primary", entry)]
limit = standards.seats_per_class("primary", entry)
tell(
    f"{name}：{own.classrooms:.0f} 间教室 × 每班 {limit:.0f} 人 = **{own.seats:,.0f}** 个小学学位。"
    f"限额出处：{standards.class_standard('seats', 'g1', entry).standard.source.split(';')[0]}。"
)

# %% [markdown]
# ## 第四步：现在谁在哪所学校
# *Find a home for every pupil on record*
#
# 没有哪份文件写着哪个学生住在哪里。这里的做法是：先让尽量多的学生在自己的学区上学，其余的总路程最短。
# 这是一个假设，但它与每所学校每个年级的在校人数分毫不差。

# %%
origins = fit_origins(case, forecast)
at_school = origins.pupils.xs(school, level="school")
at_school = at_school[at_school.index.get_level_values("grade").isin(primary)]
inside = at_school[
    zones.reindex(at_school.index.get_level_values("block")).to_numpy() == school
].sum()
tell(
    f"{first} 年{name}有小学生 {at_school.sum():,.0f} 人，其中 {inside:,.0f} 人住在本学区，"
    f"来自 {at_school.index.unique('block').size} 个街区。"
)

# %% [markdown]
# ## 第五步：学区
# *Draw the catchments: where the entrants of a block go*

# %%
catchments = draw_catchments(case, forecast, origins)
shares = catchments.shares.xs((block, "primary", entry), level=("block", "stage", "year"))
tell(
    "这个街区的一年级新生去向："
    + "；".join(f"{district.schools.name[code]} {share:.0%}" for code, share in shares.items())
    + "。"
)

# %% [markdown]
# ## 第六步：坐下
# *Seat the pupils, year by year*
#
# 已经在校的孩子留在原校升级；新生去学区学校；搬来的孩子去当年的学区学校；搬走的孩子按比例离开。这里用“留在本校”的规则：
# 学校再挤也坐下，拥挤会在班额里显出来。

# %%
assignment = assign_pupils(case, forecast, origins, catchments)
rows = [
    {"年份": year, "年级": grade.name.zh, "学校": district.schools.name[code], "人数": count}
    for year, grade in steps
    for code, count in assignment.pupils.xs(
        (block, grade.code, year), level=("block", "grade", "year")
    ).items()
]
seated = pd.DataFrame(rows)
main = seated.loc[seated.groupby("年份")["人数"].idxmax()].set_index("年份")
main["其他学校"] = seated.groupby("年份")["人数"].sum() - main["人数"]
main.round(1)

# %%
total = forecast.pupils.groupby("year").sum()
kept = assignment.pupils.groupby("year").sum()
left = assignment.unplaced.groupby("year").sum().reindex(total.index, fill_value=0)
gap = float((total - kept - left).abs().max())
tell(
    f"一个孩子也没有丢：每年的推算人数 = 坐下的 + 没有座位的，最大差 {gap:.6f} 人。"
    f"{entry} 年全区坐下 {kept[entry]:,.0f} 人，没有座位 {left[entry]:,.0f} 人。"
)

# %% [markdown]
# ## 第七步：取整，编班
# *Whole children, whole classes*

# %%
heads = count_heads(case, forecast, assignment)
classes = form_classes(case, heads)
formed = classes.table.loc[[(school, grade, entry) for grade in primary]].astype(int)
formed.index = [standards.stage("primary").grades[at].name.zh for at in range(len(primary))]
formed.columns = ["学生", "班数", "最大班", "限额"]
formed

# %%
above = formed[formed["最大班"] > formed["限额"]]
tell(
    f"{entry} 年{name}共 {formed['班数'].sum()} 个班，{formed['学生'].sum():,} 名小学生；"
    f"{len(formed)} 个年级中有 {len(above)} 个年级的最大班超过 {limit:.0f} 人，最大的一个班 {formed['最大班'].max()} 人。"
)

# %% [markdown]
# ## 第八步：比一比，亮灯
# *Pupils against seats, and the limits that are passed*

# %%
values = Values(case, forecast, origins, catchments, assignment, heads, classes)
balance, flags = balance_seats(values), raise_flags(values)
ours = balance.schools.loc[(school, "primary", entry)]
tell(
    f"{entry} 年{name}：学位 {ours.seats:,.0f}，在校 {ours.pupils:,.0f}，学区内居住 {ours.residents:,.0f}，"
    f"余缺 **{ours.balance:+,.0f}**，平均上学路程 {ours.walk_m:,.0f} 米。"
)

# %%
raised = flags.table[(flags.table.school == school) & (flags.table.year == entry)]
names = {item.code: item.name.zh for item in standards.standards}
clauses = {item.code: item.cite("zh") for item in standards.standards}
pd.DataFrame(
    {
        "预警": raised.code.map(names),
        "数值": raised.value.round(),
        "限额": raised.limit,
        "起始年": raised.first_year,
        "依据": raised.code.map(clauses),
    }
).set_index("预警")

# %%
history = balance.schools.xs((school, "primary"), level=("school", "stage"))
draw_lines(
    {"学位": history.seats, "在校": history.pupils, "学区内居住": history.residents},
    title=f"{name}：学位、在校生与学区内小学生",
)

# %% [markdown]
# ## 一行走完
# *The same in one line*
#
# 上面八步就是 `sp.evaluate`。两条路必须走到同一个座位。

# %%
outcome = sp.evaluate(district, standards, costs=costs)
same = outcome.balance.schools.equals(balance.schools) and outcome.flags.table.equals(flags.table)
tell(f"逐步计算与 `sp.evaluate` 的结果{'完全一致' if same else '**不一致**'}。")

# %% [markdown]
# 同一年的小学，全区在图上是这样；运行时可以放大、点开，找到这所学校。
#
# *The same year on a map; run, it can be zoomed and clicked.*

# %%
sp.map_outcome(outcome, "primary", year=entry)

# %% [markdown]
# ## 这一章没有说明的
# *What this chapter does not show*
#
# - 街区、学校、班级一级的人数是按公开总数推算的；真实的某个街区、某所学校可以很不一样。
# - 谁住在哪里是假设出来的；换一份真实的学籍住址表，这一步就不用假设。
# - 推算只有一条线（出生中方案）；出生高低的影响见第三章。
