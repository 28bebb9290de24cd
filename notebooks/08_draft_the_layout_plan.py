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
# # 八、起草布局规划
# *Draft the layout plan: one call writes the Word draft, its workbook, map sheets and layers for QGIS*
#
# 前面各章的论证，最后要落成一份文件：正文、附表、附图，拿到会上讨论。这一章用一次调用把它写出来，再一页一页看。
# 正文的每个数都来自同一组整数，和工作簿、地图上的一样；句子跟着数走，数变了，句子就变。
#
# **这是草稿。** 学校一级的数据是校准的，校址和学区是为演示而设的；文件的每一页都这样写着。
#
# *A draft: school figures are calibrated, sites and catchments made up, and every page says so.*

# %%
# %matplotlib inline
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
from IPython.display import Image, Markdown, display
from PIL import Image as Picture

import seatplan as sp
from seatplan.views.courses import draw_class_course, draw_slopes, draw_walk_settings
from seatplan.views.supply import draw_supply

HOME = next(place for place in (Path.cwd(), Path.cwd().parent) if (place / "data").is_dir())
ROOM = TemporaryDirectory()
OUT = Path(ROOM.name)


def tell(text):
    """Show a paragraph whose figures were computed."""
    display(Markdown(text))


# %%
district = sp.read_district(HOME / "data")
standards = sp.read_standards(HOME / "data" / "standards.toml")
today = sp.evaluate(district, standards)
plan = sp.evaluate(district, standards, sp.read_scenario(HOME / "scenarios" / "plan-2025.toml"))
soon = max(step.year for step in plan.scenario.interventions)

# %% [markdown]
# ## 先看地图和四张图
# *The map, and four charts whose titles are what they prove*

# %%
sp.map_outcome(plan, "primary", year=soon)

# %%
draw_supply([today, plan], "primary")

# %%
draw_class_course([today, plan], "primary")

# %%
draw_slopes(today, plan, "primary", soon)

# %%
draw_walk_settings([today, plan], ["kindergarten", "primary", "junior"], soon)

# %% [markdown]
# ## 写出来
# *One call*
#
# `write_report` 取现状和方案（可以有几个，最后一个是要起草的），写四样东西：Word 草稿、工作簿、QGIS 图层、附图（PDF）。
# 规则集给出指标一章，规划自己的数字给出前后对照。命令行里同样一句：`seatplan report data scenarios/plan-2025.toml --out out`。

# %%
rules, promises = sp.read_rule_sets([HOME / "standards"]), sp.read_plan(HOME / "data" / "plan.toml")
files = sp.write_report([today, plan], OUT, rules=rules, promises=promises)
pd.DataFrame(
    {
        "文件": [str(file.relative_to(OUT)) for file in files],
        "是什么": ["草稿", "工作簿", "图层（QGIS）", "附图"],
    }
).set_index("文件")

# %%
book = openpyxl.load_workbook(OUT / "tables.xlsx", read_only=True)
tell("工作簿的表：" + "、".join(book.sheetnames) + "。")

# %% [markdown]
# ## 一页一页看
# *Page by page*
#
# 签字的人先看版式：标题、目录、表格有没有断开，图有没有挤在一起。这里用 LibreOffice 把草稿变成 PDF，再变成图；
# 没有装它的机器上，直接在 Word 或 WPS 里打开。


# %%
def show_pages(document, first, last, *, across, wide):
    """Show pages of a PDF side by side as one picture, each so many pixels wide."""
    words = ["pdftoppm", "-r", "45", "-f", str(first), "-l", str(last), "-png", document, "page"]
    for old in OUT.glob("page-*.png"):
        old.unlink()
    subprocess.run(words, cwd=OUT, check=True, capture_output=True)
    pages = [Picture.open(page).convert("RGB") for page in sorted(OUT.glob("page-*.png"))]
    pages = [page.resize((wide, round(wide * page.height / page.width))) for page in pages]
    tall = max(page.height for page in pages) + 8
    sheet = Picture.new("RGB", (across * (wide + 8), -(-len(pages) // across) * tall), "#d8d4ca")
    for at, page in enumerate(pages):
        sheet.paste(page, ((at % across) * (wide + 8) + 4, at // across * tall + 4))
    sheet.save(OUT / "shown.png")
    display(Image(OUT / "shown.png"))


office = shutil.which("soffice")
if office and shutil.which("pdftoppm"):
    words = [office, f"-env:UserInstallation={(OUT / 'office').as_uri()}", "--headless"]
    words += ["--convert-to", "pdf", "--outdir", OUT, OUT / "layout-plan.docx"]
    subprocess.run(words, check=True, capture_output=True)
    show_pages(OUT / "layout-plan.pdf", 1, 12, across=4, wide=250)
else:
    tell("这台机器没有 LibreOffice，请在 Word 或 WPS 里打开草稿。")

# %% [markdown]
# ## 附图
# *The map sheets*
#
# 附图按布局规划的惯例成套：现状分布、服务半径覆盖、学位供需、规划布局、学区划分、近期建设，有撤并时再加撤并图。
# 图上有经纬度、比例尺、指北针、城区放大和数据说明；放不下的校名编了号，列在图旁。要 A3、PNG、SVG 或签字栏：
# `seatplan sheets data scenarios/plan-2025.toml --paper A3 --form svg --imprint`。

# %%
if shutil.which("pdftoppm"):
    show_pages(OUT / "sheets" / "map-sheets-a4.pdf", 1, 18, across=3, wide=330)

# %% [markdown]
# ## 小结
# *In sum*
#
# 草稿替人做完了抄数、列表和画图；留给人的是判断：缺口先补哪里，哪块地真能用，孩子能走多远。改一行方案，再写一次，
# 每个数、每句话、每张图都跟着变。

# %%
ROOM.cleanup()
