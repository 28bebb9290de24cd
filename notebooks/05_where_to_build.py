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
# # 五、建在哪里，几所才够
# *Where to build, and how many: the plan's own sites against the best ones, with a proof*
#
# 规划定了小学的所数和规模，没有定校址。这一章让模型在候选地块里选：建在哪里，建多大，哪一年开办，才能让身边没有学位的孩子最少，
# 其次让他们走得最近，再次让教室建得最少。每个答案都带一个界：别的方案最多还能好多少。
#
# **地块是为演示而设的，学校一级的数据是校准的，不是调查的。** 所以看的是做法和量级，不是哪块地该建。
#
# *Sites are made up and school figures calibrated; what counts here is the method and the order of magnitude.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import seatplan as sp
from seatplan.siting.extensions import Extensions
from seatplan.siting.programme import close_all, count_stranded, operate, read_programme
from seatplan.siting.robust import mean_walk
from seatplan.views.siting_charts import draw_frontier, draw_siting

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
plan_2025 = sp.read_scenario(HOME / "scenarios" / "plan-2025.toml")
today = sp.evaluate(district, standards)
YEARS = {"primary": range(2022, 2031), "kindergarten": range(2021, 2031)}
SIZES = {"primary": [24, 30, 36], "kindergarten": [6, 9, 12]}

# %% [markdown]
# ## 什么算“身边有学位”
# *When a seat counts*
#
# 全区学位有余，城区的学区却坐不下。所以不能只数全区的学位：一个座位要离孩子够近才算数。够近是指：不超过该学段的服务半径，
# 或者不超过现在上学的路，取两者中较长的一个。这样，任何方案都不会靠让孩子走得更远来“补上”缺口。只按服务半径算则过严：
# 城区多数孩子离任何学校都超过半径，建什么也改变不了。

# %%
primary = {
    n: sp.site_schools(
        today, n=n, stage="primary", classrooms=SIZES["primary"], years=YEARS["primary"]
    )
    for n in (3, 4, 5)
}
survey = primary[4].survey
start = operate(survey, close_all(survey)).table
tell(
    f"什么都不建，{start.short.idxmax()} 年有 **{start.short.max():,.0f}** 名小学生身边没有空学位，"
    f"全区却有 {start.seats[start.short.idxmax()] - start.pupils[start.short.idxmax()]:,.0f} 个余位。"
)

# %% [markdown]
# ## 规划的校址，和选出来的校址
# *The plan's own sites against the best ones*


# %%
def measure(survey, programme, name):
    """Lay out one programme as a planner compares it."""
    operation = operate(survey, programme)
    built = programme.classrooms > 0
    return {
        "方案": name,
        "校址": "、".join(survey.places.index[built]),
        "教室": int(programme.classrooms.sum()),
        "缺学位（人·年）": round(operation.shortage),
        "平均距离（米）": round(mean_walk(operation)),
        "十年后空座": round(count_stranded(survey, programme).sum()),
    }


def set_side_by_side(answers, plan):
    """Measure nothing, the plan and each answer alike."""
    survey = next(iter(answers.values())).survey
    rows = [
        measure(survey, close_all(survey), "不建"),
        measure(survey, read_programme(survey, plan), "规划"),
        *(measure(survey, answer.programme, f"选址 {n} 所") for n, answer in answers.items()),
    ]
    return pd.DataFrame(rows).set_index("方案")


table = set_side_by_side(primary, plan_2025)
table

# %%
short = table["缺学位（人·年）"]
tell(
    f"规划的四所把缺口从 {short['不建']:,} 人·年减到 {short['规划']:,}；同样四所，另选校址、能早则早，可减到 **{short['选址 4 所']:,}**，"
    f"教室只要 {table['教室']['选址 4 所']} 间（规划 {table['教室']['规划']} 间）。"
    f"三所剩 {short['选址 3 所']:,}，五所剩 {short['选址 5 所']:,}：所数加上去，缺口并不清零，"
    "因为有些街区附近没有候选地块，有些地块又晚几年才能用。"
)
tell(
    "选址方案比规划好，有一部分不是地点好，而是开办早：模型不知道地价、拆迁和工期，只知道地块最早哪一年可用。"
)

# %%
pd.DataFrame(
    {
        f"{n} 所": {
            "缺学位（人·年）": f"{answer.shortage:,.0f}",
            "任何方案不少于": f"{answer.shortage_bound:,.0f}",
            "距离的差距上界": f"{answer.gap:.2%}",
            "已证明": "是" if answer.is_proven else "否",
        }
        for n, answer in primary.items()
    }
)

# %% [markdown]
# ## 画出来
# *The answer as a map: sites, sizes, years, and where the shortage is cured*

# %%
draw_siting(primary[4], "zh")

# %% [markdown]
# 放回模型，和不建比一比：拖动中间的线，左边是不建，右边是选出来的四所。
#
# *Back in the model: left of the line nothing is built, right of it the four sites.*

# %%
built = sp.evaluate(district, standards, primary[4].scenario, costs=today.costs)
sp.map_comparison(today, built, "primary", year=district.base_year + 5)

# %% [markdown]
# ## 扩建旧校，和新建比一比
# *Expansions compete*
#
# 允许扩建时，旧校也是候选：扩出的教室离孩子和原校一样远，各年级当年就能用。每校可加一轨或两轨（六间或十二间），不超过校额标准。
# 没有地价和造价，所以花费只数新建的教室，旧校里一间算一间。占地没有标准可依，这里没有限制：
# **哪所学校真有地方扩，要请人去看**；知道的，可以按校给一张表。

# %%
mixed = sp.site_schools(
    today,
    n=2,
    stage="primary",
    classrooms=SIZES["primary"],
    years=YEARS["primary"],
    expand=True,
    extensions=Extensions(most=4),
    effort=20,
)
pd.DataFrame(
    [
        measure(primary[4].survey, primary[4].programme, "新建四所"),
        measure(mixed.survey, mixed.programme, "新建两所，扩建至多四所"),
    ]
).set_index("方案")

# %%
tell(
    f"新建两所、扩建四所，用 {mixed.table.classrooms.sum()} 间教室把缺口减到 **{mixed.shortage:,.0f}** 人·年；"
    f"新建四所用 {primary[4].table.classrooms.sum()} 间，剩 {primary[4].shortage:,.0f}。"
    "缺口多半就在几所挤满了的学校门口，座位加在那里最管用；新校则让孩子少走路，也不把大校再变大。"
)
draw_siting(mixed, "zh")

# %% [markdown]
# ## 每块地为什么选、为什么不选
# *Each site alone, and beside the plan*

# %%
ranking = sp.rank_sites(today, "primary", plan=primary[4])
names = {
    "classrooms": "教室",
    "year": "年",
    "seats": "学位",
    "used": "最多用到",
    "cured": "单独减缺口",
    "saved_km": "单独省路（人·公里）",
    "stranded": "十年后空座",
    "with_cured": "在方案中减缺口",
}
shown = ranking[list(names)].round().astype(int).rename(columns=names)
shown.assign(入选=ranking.in_plan.map({True: "是", False: ""})).rename_axis("地块")

# %% [markdown]
# 再看换一块地会怎样：方案里去掉一块，换上另一块；或者再添一块。

# %%
swaps = sp.rank_swaps(primary[4])
swaps.rename_axis(["去掉", "换上"]).rename(
    columns={
        "classrooms": "多用教室",
        "cured": "再减缺口",
        "saved_km": "再省路（人·公里）",
        "stranded": "多出空座",
    }
).round(0).head(12)

# %%
added = swaps.loc[""].cured
replaced = swaps[
    (swaps.index.get_level_values("leaves") != "") & (swaps.index.get_level_values("enters") != "")
]
tell(
    f"再添一块地，最多再减 {added.max():,.0f} 人·年（{added.idxmax()}）。"
    f"一块换一块，最好的一换也要多缺 {-replaced.cured.max():,.0f} 人·年：方案里没有一块是多余的。"
)

# %% [markdown]
# ## 答应的，和实际跟下来的
# *Promised against evaluated*
#
# 选址时假定每年重新安排所有孩子。模型里不是这样：在读的孩子不转学，新学校从一年级招起。所以把方案放回模型再算一遍，
# 并且一步加一条规则，看每条规则添了多少：各步加起来，正好是两种算法的差。

# %%
STEPS = {
    "catchments": "本学区的孩子先占本校的座位",
    "spill": "满校各街区按比例让出，往总路程最短处去",
    "cohorts": "入学后不转学",
    "settled": "开办前已入学的也不转学",
    "entry_grade": "新校从一年级招起",
}
promise = sp.compare_promise(primary[4])
figures = pd.DataFrame(
    {
        "不建，模型跟下来": promise["without"].short,
        "选址的算法": promise["promised"].short,
        **{name: promise["explained"][step] for step, name in STEPS.items()},
        "放回模型跟下来": promise["evaluated"].short,
    }
)
figures.loc["合计"] = figures.sum()
figures.round(0).astype(int)

# %%
total = figures.loc["合计"].round(0).astype(int)
largest = total[list(STEPS.values())].idxmax()
tell(
    f"选址的算法说各年共缺 {total['选址的算法']:,} 人·年，放回模型跟下来是 **{total['放回模型跟下来']:,}**"
    f"（不建是 {total['不建，模型跟下来']:,}）。差得最多的一步是“{largest}”：{total[largest]:,}。"
    f"学区按街区划只添 {total[STEPS['catchments']]:,}。"
)
tell(
    "**同一个方案，两种算法差得很远：选址给的是上限，能兑现多少，要看愿不愿意让在读的孩子转学，新校愿不愿意各年级同时开。**"
)

# %% [markdown]
# ## 幼儿园
# *Kindergartens*

# %%
kindergartens = {
    n: sp.site_schools(
        today,
        n=n,
        stage="kindergarten",
        classrooms=SIZES["kindergarten"],
        years=YEARS["kindergarten"],
    )
    for n in (3, 5)
}
nursery = set_side_by_side(kindergartens, plan_2025)
nursery

# %%
tell(
    f"规划的五所园剩 {nursery['缺学位（人·年）']['规划']:,} 人·年，选址五所剩 **{nursery['缺学位（人·年）']['选址 5 所']:,}**。"
    "孩子正在变少，所以十年后的空座比缺口更该看：每一种建法都会留下空教室。"
)

# %% [markdown]
# ## 缺口、距离、花费，三者不可兼得
# *Shortage, walking and cost*

# %%
frontier = sp.trace_frontier(today, stage="primary", counts=[2, 5], years=YEARS["primary"])
draw_frontier(frontier, "zh")

# %% [markdown]
# ## 生得少，生得多
# *Whatever births come*
#
# 只在三种出生情形各自的最优方案之间比：每个方案在每种情形下都算一遍。对谁都不是最优、对谁都不差的方案，不在其中。

# %%
low, high = (
    sp.evaluate(district, standards, policy=sp.Policy(births=births), costs=today.costs)
    for births in ("low", "high")
)
futures = {"low": low, "medium": today, "high": high}
robust = sp.site_schools_robust(futures, n=4, years=YEARS["primary"])
robust.table.round(1)

# %%
same = len({tuple(sorted(answer.table.index)) for answer in robust.answers.values()}) == 1
tell(
    "三种情形选出同样的校址：这几年要上小学的孩子多半已经出生，出生的高低还来不及改变答案。"
    if same
    else f"最坏情形下后悔最小的是 {robust.least_worst} 的方案，平均后悔最小的是 {robust.least_expected} 的方案。"
)

# %% [markdown]
# ## 这一章没有说的
# *What this does not say*
#
# 不知道地价、拆迁、管线和谁出钱；候选地块之外的地不在考虑中；旧校有没有地方扩，资料里也没有。
# 街区以一点代表，路按路网量，不看红绿灯和危险路口。每个“缺”都是相对上面那条“够近”的规则说的，换一条规则，数字会变。
