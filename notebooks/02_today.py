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
# # 二、现在哪里学位紧张
# *Where seats are tight now, and in the next years, if nothing is built*
#
# 先不谈规划。这一章只问：照现在的学校和学区走下去，哪个学段、哪个乡镇、哪个学区，从哪一年起有学区缺口；班有多大，学校有多大，
# 孩子要走多远。**学校一级的数据是校准的，不是调查的：全区和学段的数可以当结论读，单所学校只能当例子读。**
#
# *District totals can be read as findings; single schools are examples, for their data are calibrated, not surveyed.*

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
    draw_walks,
    spread_walks,
)
from seatplan.views.pictures import draw_map
from seatplan.views.scopes import name_scope
from seatplan.views.supply import draw_supply

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


def list_years(years):
    """Say runs of years: a to b, and c."""
    runs = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
today = sp.evaluate(district, standards)
figures = sp.compare([today]).figures("baseline")
stages = {stage.code: stage.name.zh for stage in standards.stages}
first, last = district.base_year, district.horizon
soon = first + 5
years = [first, first + 3, soon, first + 10, last]

# %% [markdown]
# ## 分学段看
# *By stage*
#
# 学位不够有四种情形，各有各的名字。**学区缺口**：住在学区里、超出本学区学位的学生，各学区相加；一个学区余下的座位，替不了另一个学区。
# **在校超额**：超出本校学位的在校生。**全区缺口**：超出全区全部学位的学生。**未安置**：哪里也没有座位的学生。
# 全区合计够，不等于处处够。高中不分学区，看在校超额。
#
# *Catchment shortage: residents above the seats of their catchment. Roll over seats: pupils on roll above the seats of
# their school. District shortage: pupils above all seats of the stage. Unplaced: pupils who find no seat.*

# %%
table = figures.loc[[(stage, year) for stage in stages for year in years]]
names = {
    "catchment_shortage": "学区缺口",
    "roll_over_seats": "在校超额",
    "district_shortage": "全区缺口",
    "pupils": "学生",
    "seats": "学位",
    "balance": "全区余缺",
}
shown = table[list(names)].rename(columns=names)
shown.index = pd.MultiIndex.from_tuples(
    [(stages[stage], year) for stage, year in shown.index], names=["学段", "年份"]
)
shown = shown.map("{:,}".format)
for stage in standards.stages:
    if stage.intake == "seats":  # no catchments, and so no shortage of one
        shown.loc[stage.name.zh, "学区缺口"] = "–"
shown

# %%
for code, label in stages.items():
    own = figures.loc[code]
    zoned = standards.stage(code).intake != "seats"
    name, places = (
        ("学区缺口", own.catchment_shortage) if zoned else ("在校超额", own.roll_over_seats)
    )
    worst = places.idxmax()
    inside = f"{name} {worst} 年最大，{places[worst]:,} 人" if places[worst] else f"没有{name}"
    wanting = list(own.index[own.district_shortage > 0])
    whole = (
        f"{list_years(wanting)} 年有全区缺口，最大 {own.district_shortage.max():,} 人"
        f"（{own.district_shortage.idxmax()} 年）"
        if wanting
        else "没有全区缺口"
    )
    tell(f"- **{label}**：{inside}；{whole}。")

# %%
draw_supply([today], "primary")

# %%
draw_supply([today], "junior")

# %% [markdown]
# ## 分乡镇看
# *By township*
#
# 乡镇的学位减去住在那里的学生。负数说明孩子要到别的乡镇去上学，未必都是坏事：镇与镇之间隔一条街的地方，学区本来就跨界。

# %%
draw_places(today, stage="primary")

# %%
draw_places(today, stage="junior")

# %%
towns = today.balance.places.balance.xs(("township", "primary"), level=("level", "stage"))
now = towns.xs(soon, level="year").sort_values()
minus = now[now < 0]
tell(
    f"{soon} 年有 {len(minus)} 个乡镇的小学学位少于本地学生，合计少 {-minus.sum():,} 个；其余 {len(now) - len(minus)} 个乡镇合计多 "
    f"{now[now >= 0].sum():,} 个。最紧的是{district.zones.name[now.index[0]]}（{now.iloc[0]:+,}）。"
)

# %% [markdown]
# ## 分学区看
# *By catchment*
#
# 运行时这张图可以放大、点开、开关图层，也可以加上 folium 的任何图层；这里看到的是它的照片。
#
# *Run, this is a folium map: zoom in, click, switch layers, add your own. What you see here is a picture of it.*

# %%
sp.map_outcome(today, "primary", year=soon)

# %%
rows = today.balance.schools.xs(("primary", soon), level=("stage", "year"))
worst = rows.sort_values("balance").head(10)
share = -worst.balance.clip(upper=0).sum() / -rows.balance.clip(upper=0).sum()
tell(
    f"{soon} 年 {(rows.balance < 0).sum()} 个小学学区有学区缺口，合计 {-rows.balance.clip(upper=0).sum():,} 人；"
    f"最紧的 {len(worst)} 个学区占 {share:.0%}。同一年另有 {(rows.balance > 0).sum()} 个学区余下 "
    f"{rows.balance.clip(lower=0).sum():,} 个座位。"
)

# %%
pd.DataFrame(
    {
        "学校": district.schools.name[worst.index],
        "乡镇": district.zones.name[district.schools.township[worst.index]].to_numpy(),
        "教室": worst.classrooms,
        "学位": worst.seats,
        "居住学生": worst.residents,
        "余缺": worst.balance,
        "平均路程（米）": worst.walk_m.round().astype(int),
    }
).set_index("学校")

# %%
draw_map(today, "junior", soon)

# %% [markdown]
# ## 班有多大
# *Class sizes*

# %%
draw_class_sizes([today], stage="primary", year=soon)

# %%
rules = {item.code: item for item in standards.standards}
lines = []
for stage in ("primary", "junior"):
    for year in (first, soon, first + 10):
        sizes = count_class_sizes(today, stage, year)
        heads = sizes * sizes.index
        grade = standards.stage(stage).entry
        limit = standards.class_limit(grade, year)
        large = standards.class_standard("large", grade, year).value
        lines.append(
            {
                "学段": stages[stage],
                "年份": year,
                "班级": sizes.sum(),
                "超限额的班": sizes[sizes.index > limit].sum(),
                "在其中的学生": heads[heads.index > limit].sum(),
                "占学生": f"{heads[heads.index > limit].sum() / heads.sum():.0%}",
                "大班额的班": sizes[sizes.index > large].sum(),
            }
        )
pd.DataFrame(lines).set_index(["学段", "年份"])

# %%
part = sp.compare([today]).large_classes.loc["baseline"].dropna()
names = {scope: name_scope(standards, scope, "zh") for scope in part.index.unique("scope")}
for scope, name in names.items():
    told = "，".join(
        f"{year} 年 {part.classes[scope, year]:,} 个班中有 {part.large_classes[scope, year]:,} 个"
        f"（{part.share[scope, year]:.2%}）"
        for year in (first, soon, first + 10)
    )
    tell(f"- {name}，大班额（超过 {large:.0f} 人）：{told}。")

# %% [markdown]
# ## 学校有多大
# *Large schools and small ones*

# %%
flagged = today.flags.table
counts = flagged.groupby(["code", "year"]).school.nunique().unstack("year", fill_value=0)
counts = counts.reindex([code for code in rules if code in counts.index])[years]
counts.index = [rules[code].name.zh for code in counts.index]
counts.rename_axis("预警的学校数")

# %%
sizes = [item.code for item in standards.limits("school_size", soon, "above")]
big = flagged[flagged.code.isin(sizes) & (flagged.year == soon)].sort_values("value")
tell(
    f"{soon} 年在校生超过限额的学校有 {len(big)} 所"
    + (f"，最大的 {big.value.max():,.0f} 人。" if len(big) else "。")
)

# %% [markdown]
# ## 要走多远
# *How far they walk*
#
# 国家标准里的服务半径是规划配置学校用的距离；这里拿每个学生沿路的步行去比，比标准本来的用法更严。

# %%
draw_walks(today, stages=["kindergarten", "primary", "junior"], year=soon)

# %%
for code in ("kindergarten", "primary", "junior"):
    ways = spread_walks(today, code, soon)
    limit = standards.radius(soon, code).value
    within = ways[ways.index <= limit].max()
    half = ways[ways >= ways.max() / 2].index[0]
    tell(
        f"- {stages[code]}：{within:.0%} 的学生在 {limit:.0f} 米以内，一半学生在 {half:,.0f} 米以内。"
    )

# %% [markdown]
# ## 小结
# *In sum*

# %%
primary, junior, senior = (figures.loc[code] for code in ("primary", "junior", "senior"))
draw_lines(
    {
        stages[code]: figures.loc[code].catchment_shortage
        for code in ("kindergarten", "primary", "junior")
    },
    title="学区缺口（人）",
)

# %%
tell(
    f"小学全区合计 {soon} 年余 {primary.balance[soon]:+,}，学区缺口却有 {primary.catchment_shortage[soon]:,} 人：问题在**位置**。"
    f"到 {last} 年小学生比 {soon} 年变化 {primary.pupils[last] - primary.pupils[soon]:+,} 人，"
    f"学区缺口降到 {primary.catchment_shortage[last]:,}。"
    f"初中 {soon} 年全区 {junior.balance[soon]:+,}，{first + 10} 年 {junior.balance[first + 10]:+,}；"
    f"高中 {soon} 年 {senior.balance[soon]:+,}，全区缺口最大 {senior.district_shortage.max():,}。"
)

# %% [markdown]
# ## 这一章没有说明的
# *What this chapter does not show*
#
# - 哪一所真实的学校拥挤。学校位置、在校人数、学区都不是真实的；换上真实的表，同样的格子会给出真实的答案。
# - 学区以外的选择：择校、寄宿、随迁子女的实际去向，只按总量计入。
# - 高中只算普通高中：学位和学生都不含职业学校。
# - 入学和出生都只用了一条线（中方案）；高低方案见第三章。
