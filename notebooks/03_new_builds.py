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
# # 三、新建学校改变了什么
# *What the new schools change, by year and place: the argument of a layout plan*
#
# “十四五”规划提出新建一批小学和幼儿园。这一章把它们放进模型，与“什么都不建”比：哪一年、哪里、少挤了多少人；
# 有什么没有解决；高峰过后留下什么。
#
# 规划给出学校的数目和规模；**校址、开办年份和学区是为演示而设的，学校一级的数据是校准的，不是调查的。**
# 所以这一章展示的是论证的做法和量级，不是某一块地该不该建的结论。
#
# *The plan gives numbers and sizes; sites, years and catchments of the new schools are made up to show the method.*

# %%
# %matplotlib inline
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import seatplan as sp
from seatplan.views.charts import (
    count_class_sizes,
    draw_class_sizes,
    draw_lines,
    draw_places,
)
from seatplan.views.pictures import draw_cores, draw_map
from seatplan.views.supply import draw_supply

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
plan_2025, plan_late = (
    sp.read_scenario(HOME / "scenarios" / f"{name}.toml") for name in ("plan-2025", "plan-late")
)
stages = {stage.code: stage.name.zh for stage in standards.stages}
first, last = district.base_year, district.horizon
soon = first + 5

today = sp.evaluate(district, standards)
plan = sp.evaluate(district, standards, plan_2025, costs=today.costs)
late = sp.evaluate(district, standards, plan_late, costs=plan.costs)
base, with_plan, with_late = (
    sp.compare([outcome]).figures(outcome.scenario.name) for outcome in (today, plan, late)
)

# %% [markdown]
# ## 规划建什么
# *What is built*

# %%
schools = plan.district.schools
new = schools[~schools.index.isin(district.schools.index)]
rooms = plan.balance.schools.xs(last, level="year").reset_index("stage").loc[new.index]
built = pd.DataFrame(
    {
        "学校": new.name,
        "乡镇": district.zones.name[new.township].to_numpy(),
        "学段": rooms.stage.map(stages),
        "教室": rooms.classrooms,
        "学位": rooms.seats,
        "规划年": new.opened.astype(int),
        "推迟方案": late.district.schools.opened[new.index].astype(int),
    }
).set_index("学校")
built.sort_values(["学段", "规划年"])

# %%
added = built.groupby("学段")["学位"].agg(["size", "sum"])
tell(
    "合计："
    + "；".join(
        f"{label} {row['size']} 所、**{row['sum']:,}** 个学位" for label, row in added.iterrows()
    )
    + "。"
)

# %% [markdown]
# ## 全区够不够
# *Seats and pupils of the whole district*

# %%
draw_supply([today, late, plan], "primary")

# %%
draw_supply([today, late, plan], "kindergarten")

# %%
for code in ("primary", "kindergarten"):
    own, its = base.loc[code], with_plan.loc[code]
    peak = own.pupils.idxmax()
    tell(
        f"- **{stages[code]}**：学生 {peak} 年最多（{own.pupils[peak]:,}），{last} 年 {own.pupils[last]:,}。"
        f"不建，{soon} 年全区 {own.balance[soon]:+,}；按规划建，{its.balance[soon]:+,}。"
        f"到 {last} 年，不建余 {own.balance[last]:+,}，建了余 {its.balance[last]:+,}。"
    )

# %%
tight = [
    stages[code] for code in ("primary", "kindergarten") if (base.loc[code].balance >= 0).all()
]
if tight:
    tell(
        f"{'和'.join(tight)}全区合计本来每年都够：**新建的理由不在总量，而在位置。**"
        f"如果只看总量，这些学校一所也不用建；下面看位置。"
    )

# %% [markdown]
# ## 哪里变了
# *Where it changes*

# %%
draw_cores([today, plan], "primary", soon)

# %% [markdown]
# 同一年的两种情形放在一张图上：拖动中间的线，左边是现状，右边是规划。这里是它的照片。
#
# *Both on one map: move the line; today is left of it, the plan right. What you see here is a picture of it.*

# %%
sp.map_comparison(today, plan, "primary", year=soon)

# %%
short, eased = (side.loc["primary"].catchment_shortage for side in (base, with_plan))
tell(
    f"{soon} 年，小学学区缺口由 {short[soon]:,} 人变为 {eased[soon]:,} 人（{eased[soon] - short[soon]:+,}）；"
    f"新增的 {built[built['学段'] == stages['primary']]['学位'].sum():,} 个学位里，当年直接消化学区缺口的是 "
    f"{short[soon] - eased[soon]:,} 个，其余成了学区里的余位。"
)

# %%
before, after = (
    outcome.balance.schools.xs(("primary", soon), level=("stage", "year")).balance
    for outcome in (today, plan)
)
change = pd.DataFrame({"不建": before, "规划": after.reindex(before.index)})
change["变化"] = change["规划"] - change["不建"]
change.insert(0, "乡镇", district.zones.name[district.schools.township[change.index]].to_numpy())
change.index = district.schools.name[change.index].rename("学区")
change[change["不建"] < 0].sort_values("不建").head(12)

# %%
was = change[change["不建"] < 0]
tell(
    f"原来有学区缺口的 {len(was)} 个学区：按规划 {(was['规划'] >= 0).sum()} 个没有了，"
    f"{((was['规划'] < 0) & (was['变化'] > 0)).sum()} 个减小了，{(was['变化'] <= 0).sum()} 个没有变化。"
    f"变化最大的一个由 {was.loc[was['变化'].idxmax(), '不建']:+,} 变为 {was.loc[was['变化'].idxmax(), '规划']:+,}："
    f"新校的学区按就近划，有的地方减过了头，有的地方一点没减，校址和划片还有余地。"
)

# %%
draw_places(plan, stage="primary")

# %%
draw_cores([today, plan], "kindergarten", soon)

# %%
child_short, child_eased = (
    side.loc["kindergarten"].catchment_shortage for side in (base, with_plan)
)
tell(
    f"幼儿园没有划定的学区，离哪所最近就算哪所的：{soon} 年学区缺口由 {child_short[soon]:,} 人变为 {child_eased[soon]:,} 人。"
    f"{built[built['学段'] == stages['kindergarten']]['学位'].sum():,} 个新学位中，"
    f"当年直接减少学区缺口的是 {child_short[soon] - child_eased[soon]:,} 个。"
)

# %% [markdown]
# ## 什么时候变
# *When it changes: a new school fills from its first grade*
#
# 新小学从一年级招起，一年一个年级。开门那年，整座学校只坐了一个年级；在校的孩子不会因为新学校开门就转过去。

# %%
filling = plan.balance.schools.loc[new.index]
filling = filling.xs("primary", level="stage")
pupils = filling.pupils.unstack("year").loc[:, first + 1 : first + 12]
pupils.index = schools.name[pupils.index].rename("在校生")
pupils

# %%
draw_lines(
    {
        "现状": base.loc["primary"].catchment_shortage,
        "规划": with_plan.loc["primary"].catchment_shortage,
        "推迟两年": with_late.loc["primary"].catchment_shortage,
    },
    title="小学：学区缺口（人）",
)

# %%
draw_lines(
    {
        "现状": base.loc["primary"].roll_over_seats,
        "规划": with_plan.loc["primary"].roll_over_seats,
        "推迟两年": with_late.loc["primary"].roll_over_seats,
    },
    title="小学：在校超额（人）",
)

# %%
crowd = pd.DataFrame(
    {
        "现状": base.loc["primary"].roll_over_seats,
        "规划": with_plan.loc["primary"].roll_over_seats,
        "推迟": with_late.loc["primary"].roll_over_seats,
    }
)
sums = crowd.sum()
tell(
    f"从 {first} 年到 {last} 年，在校超额各年相加（人年）：不建 {sums['现状']:,}，按规划 {sums['规划']:,}，"
    f"推迟两年 {sums['推迟']:,}。也就是说，推迟两年多出 **{sums['推迟'] - sums['规划']:,}** 人年，"
    f"规划全部好处（{sums['现状'] - sums['规划']:,}）的 "
    f"{(sums['推迟'] - sums['规划']) / max(1, sums['现状'] - sums['规划']):.0%}。"
)

# %% [markdown]
# ## 班额
# *Class sizes*

# %%
draw_class_sizes([today, plan], stage="primary", year=soon)


# %%
def count_in_large(outcome, stage, above):
    """Pupils in classes of more than `above`, by year."""
    sizes = {year: count_class_sizes(outcome, stage, year) for year in district.years}
    return pd.Series({y: int((s * s.index)[s.index > above].sum()) for y, s in sizes.items()})


limit = standards.class_limit("g1", soon)
sitting = {
    name: count_in_large(outcome, "primary", limit)
    for name, outcome in (("现状", today), ("规划", plan), ("推迟两年", late))
}
draw_lines(sitting, title=f"小学：坐在超过 {limit:.0f} 人的班里的学生")

# %%
tell(
    f"{soon} 年坐在超过 {limit:.0f} 人的班里的小学生：不建 {sitting['现状'][soon]:,}，按规划 {sitting['规划'][soon]:,}；"
    f"{first + 8} 年：{sitting['现状'][first + 8]:,} 与 {sitting['规划'][first + 8]:,}。"
    f"新学校刚开门时教室多、学生少，图里很小的班就是这些：模型把所有教室都用上，实际可以少开几个班。"
)

# %% [markdown]
# ## 在校超额：留人还是分流
# *Two rules: the roll over seats stays, or moves to the next free seat*
#
# “留”：都在本校坐下，拥挤显在班额里。“分流”：没有在校超额，多出的学生去有空位的学校，全区总路程最短。
# 两种都是极端：真实的安排不会这样绝对，好处和代价落在两者之间。

# %%
move = sp.Policy(overflow="move")
today_move = sp.evaluate(district, standards, policy=move, costs=today.costs)
plan_move = sp.evaluate(district, standards, plan_2025, policy=move, costs=plan.costs)
held = {
    "班额超标的学校": standards.class_standard("seats", "g1", soon),
    "在校生过多的学校": standards.strictest("school_size", soon, "primary"),
    "路程超过服务半径的学校": standards.radius(soon, "primary"),
}
rows = {}
for scenario, rule, outcome in (
    ("现状", "留", today),
    ("现状", "分流", today_move),
    ("规划", "留", plan),
    ("规划", "分流", plan_move),
):
    own = sp.compare([outcome]).figures(outcome.scenario.name).loc[("primary", soon)]
    rows[(scenario, rule)] = {
        "在校超额": own.roll_over_seats,
        "未安置": own.unplaced,
        "平均路程（米）": own.walk_m,
        **{name: own[f"flag_{limit.standard.code}"] for name, limit in held.items()},
    }
pd.DataFrame(rows).T.astype(int)

# %%
walk = {key: row["平均路程（米）"] for key, row in rows.items()}
strict = {key: row["班额超标的学校"] for key, row in rows.items()}
homeless = rows[("现状", "分流")]["未安置"]
tell(
    f"{soon} 年不建，只靠分流：未安置的小学生 {homeless:,} 人，平均路程由 {walk[('现状', '留')]:,} 米变为 "
    f"{walk[('现状', '分流')]:,} 米（{walk[('现状', '分流')] - walk[('现状', '留')]:+,}）；按规划建再分流，"
    f"是 {walk[('规划', '分流')]:,} 米。同样没有在校超额，建与不建之间差的是平均 "
    f"{walk[('现状', '分流')] - walk[('规划', '分流')]:,} 米路。"
)
tell(
    f"分流管住了学校的总人数，管不住每个班：班额超标的学校由 {strict[('现状', '留')]} 所变为 {strict[('现状', '分流')]} 所"
    f"（不建），由 {strict[('规划', '留')]} 所变为 {strict[('规划', '分流')]} 所（规划）。座位按学校合计，年级之间不会正好均匀。"
)

# %% [markdown]
# ## 出生多一点、少一点
# *Births low, medium, high*

# %%
low, high = (
    sp.evaluate(district, standards, plan_2025, policy=sp.Policy(births=births), costs=plan.costs)
    for births in ("low", "high")
)
draw_supply([low, plan, high], "primary")

# %%
draw_supply([low, plan, high], "kindergarten")

# %%
table = {}
for label, outcome in (("低", low), ("中", plan), ("高", high)):
    figures = sp.compare([outcome]).figures(outcome.scenario.name)
    for code in ("kindergarten", "primary"):
        for year in (soon, first + 10, last):
            table[(stages[code], year, label)] = figures.loc[(code, year), "balance"]
pd.Series(table).unstack().rename_axis(["学段", "年份"])[["低", "中", "高"]].map("{:+,}".format)

# %%
spread = {
    code: [table[(stages[code], last, label)] for label in ("低", "高")]
    for code in ("kindergarten", "primary")
}
seats_new = built.groupby("学段")["学位"].sum()
tell(
    f"到 {last} 年，出生高、低两种假设之间，幼儿园余缺相差 {spread['kindergarten'][0] - spread['kindergarten'][1]:,}，"
    f"小学相差 {spread['primary'][0] - spread['primary'][1]:,}；规划新增的分别是 {seats_new[stages['kindergarten']]:,} 和 "
    f"{seats_new[stages['primary']]:,}。{soon} 年的小学生在推算开始时都已出生，"
    f"那一年三条线相差 {table[(stages['primary'], soon, '低')] - table[(stages['primary'], soon, '高')]:,}。"
    f"近处的结论不靠出生假设，远处的要靠。"
)

# %% [markdown]
# ## 高峰过后
# *After the wave*

# %%
spare = {
    "现状": base.loc["primary"].balance / base.loc["primary"].seats,
    "规划": with_plan.loc["primary"].balance / with_plan.loc["primary"].seats,
}
draw_lines(spare, title="小学：空着的学位占全部学位", percent=True)

# %%
tell(
    f"{last} 年小学空着的学位占 {spare['现状'][last]:.0%}（不建）和 {spare['规划'][last]:.0%}（规划）。"
    f"为高峰建的校舍，高峰之后要有别的用处：改作初中、幼儿园，或者替下旧校舍，应当在开工前写进方案。"
)

# %%
draw_map(plan, "primary", last)

# %% [markdown]
# ## 规划没有碰到的
# *What the plan leaves*

# %%
for code in ("junior", "senior"):
    own, its = base.loc[code], with_plan.loc[code]
    years = list(its.index[its.balance < 0])
    tell(
        f"- **{stages[code]}**：规划新增 {int((its.seats - own.seats).max()):,} 个学位；"
        + (
            f"{len(years)} 个年份有全区缺口，最大 {its.district_shortage.max():,} 人（{its.district_shortage.idxmax()} 年）。"
            if years
            else "没有全区缺口。"
        )
    )
remaining = plan.balance.schools.xs(("primary", soon), level=("stage", "year"))
remaining = remaining[remaining.balance < 0].sort_values("balance")
tell(
    f"- **小学**：按规划建成后，{soon} 年学区缺口仍有 {-remaining.balance.sum():,} 人，在 {len(remaining)} 个学区；"
    f"最大的一个 {-remaining.balance.min():,} 人；"
    f"同年全区余 {with_plan.loc['primary'].balance[soon]:+,}。先看能不能调整学区，再谈增建。"
)

# %% [markdown]
# ## 这些数不能说明什么
# *What the figures do not support*
#
# - **某一所学校、某一块地。** 学校位置、在校人数、教室数、学区和新校校址都不是真实的。全区总数与规划和统计公报一致，
#   落到地上的分布是推算的；换一种同样合理的分布，各学区的学区缺口都会变。
# - **新校一定招得满，或一定招不满。** 新校的学区是按就近划的；真实的划片、择校、搬迁会改变它。
# - **远期。** 多数出生还没有发生。远期的数只适合用来问“万一”，不适合用来定规模。
# - **钱。** 这里没有造价、用地和教师。少走的路和少挤的班值多少，要由决定的人来权衡。
# - **质量。** 一个座位只是一个座位。
#
# 能说明的是做法：总量够不等于处处够；学区缺口在哪里、哪一年出现、建成后剩下多少、推迟要付多少、高峰之后空出多少，
# 都可以逐年逐处算出来，并且随时用真实的表重算。
