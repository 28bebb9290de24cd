"""Rolls that the residents cannot fill, and residents whom no roll counts."""

from __future__ import annotations

from collections.abc import Iterator

from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.outside import BAND, SCHOOLS, weigh_supply
from seatplan.district.tables import RESIDENTS


def report_supply(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each stage whose rolls lie far from its residents x take-up."""
    for stage in draft.standards.stages:
        supply = weigh_supply(draft, stage)
        head = (
            f"{SCHOOLS}: {stage.code}: {supply.rolls:,.0f} pupils on roll, {supply.expected:,.0f} "
            f"residents x take-up in {RESIDENTS}"
        )
        schools = supply.outside.sum(axis=1)
        if schools.any() and not supply.stated:
            names = draft.tables[SCHOOLS].id[schools > 0]
            sentence = (
                f"{head}; {schools.sum():,.0f} are taken to come from outside the district, to "
                f"{', '.join(names)}; state them in outside_{stage.code}"
            )
            yield Finding("pupils from outside", "doubtful", sentence)
        if supply.rolls and not BAND[0] <= supply.ratio <= BAND[1]:
            way = "come from outside" if supply.ratio > 1 else "go out"
            sentence = (
                f"{head}; every block is scaled by {supply.ratio:.2f}; want residents, take-up or "
                f"outside_{stage.code}, if pupils {way}"
            )
            yield Finding("rolls far from residents", "doubtful", sentence)
