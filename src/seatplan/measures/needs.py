"""What a measure needs of a district's files, and which schools leave it blank.

Nothing is guessed: where a column is missing, or blank for a school that has pupils, the figure is
not computed, and the column is named with who keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from seatplan.district.stages import Label


@dataclass(frozen=True)
class Missing:
    """What the data do not hold and a figure needs: which column, and who keeps it."""

    column: Label
    source: Label


REGISTER = Label("学籍系统", "the register of pupils")
RETURNS = Label("教育事业统计报表", "the yearly returns of schools")
STAFF = Label("教师管理信息系统", "the register of teachers")


CONTRACTS = Label("购买学位的合同", "the contracts for bought places")


def _name(column: str, zh: str, en: str, source: Label) -> Missing:
    file = "schools.geojson" if column in ("floor_m2", "land_m2", "boarding_beds") else RESOURCES
    return Missing(Label(f"{file} 的 {column}（{zh}）", f"{column} of {file} ({en})"), source)


RESOURCES = "resources.csv"
# Column -> what it holds and who keeps it.
COLUMNS: dict[str, Missing] = {
    name: _name(name, zh, en, source)
    for name, zh, en, source in (
        ("teachers", "专任教师数", "full-time teachers", STAFF),
        ("degree_teachers", "高于规定学历教师数", "teachers above the required degree", STAFF),
        ("key_teachers", "县级以上骨干教师数", "key teachers of the county or above", STAFF),
        ("arts_teachers", "体育、艺术专任教师数", "PE and arts teachers", STAFF),
        ("teaching_m2", "教学及辅助用房面积", "teaching and auxiliary floor area", RETURNS),
        ("sports_m2", "体育运动场馆面积", "sports grounds and halls", RETURNS),
        ("outdoor_m2", "室外游戏场地面积", "outdoor play area", RETURNS),
        ("equipment_yuan", "教学仪器设备值", "value of teaching equipment", RETURNS),
        ("multimedia_rooms", "网络多媒体教室数", "multimedia classrooms", RETURNS),
        ("books", "图书册数", "books", RETURNS),
        ("migrants", "随迁子女数", "migrant pupils", REGISTER),
        ("bought_places", "为随迁子女购买的学位数", "places bought for migrants", CONTRACTS),
        ("floor_m2", "校舍建筑面积", "floor area", RETURNS),
        ("land_m2", "占地面积", "ground", RETURNS),
        ("boarding_beds", "寄宿床位数", "boarding beds", RETURNS),
    )
} | {
    "composition": Missing(
        Label(
            "composition.csv 的 share（各街区各群体的占比）",
            "share of composition.csv (by block and group)",
        ),
        REGISTER,
    )
}
