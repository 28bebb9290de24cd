"""What stood in for tables that nobody gave, as the foot of a page says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyproj

from seatplan.views.catalogue import say

if TYPE_CHECKING:
    from seatplan.district.district import District


def tell_assumptions(district: District, language: str) -> str:
    """Say in one line what was assumed for want of a table; "" where nothing was.

    >>> from seatplan.examples import toy_district
    >>> import pandas as pd
    >>> told = pd.DataFrame({"table": ["roads.geojson"], "zh": ["无道路"], "en": ["no roads"]})
    >>> tell_assumptions(toy_district().replace(assumptions=told), "en")
    'Assumed: no roads'
    """
    told = [str(sentence) for sentence in district.assumptions[language]]
    if not told:
        return ""
    return say("page.assumed", language, list=("；" if language == "zh" else "; ").join(told))


def name_datum(crs: str) -> str:
    """Return what people call the datum of a coordinate reference system.

    >>> name_datum("EPSG:4544"), name_datum("EPSG:26918")
    ('CGCS2000', 'NAD83')
    """
    geodetic = pyproj.CRS(crs).geodetic_crs
    name = geodetic.name if geodetic else crs
    return {"China Geodetic Coordinate System 2000": "CGCS2000", "WGS 84": "WGS-84"}.get(name, name)
