"""The base map under a folium map: Tianditu, any tile address, or none."""

from __future__ import annotations

import logging
import os
from urllib.parse import urlsplit

import folium

from seatplan.errors import InputError

LOG = logging.getLogger(__name__)
KEY = "TIANDITU_KEY"  # the environment variable that holds the key
# Web Mercator tiles of CGCS2000, which WGS-84 meets to the decimetre: vector map, then its names.
TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}"
    "&TILECOL={{x}}&tk={key}"
)
Tiles = str | folium.TileLayer | None


def find_base_map(tiles: Tiles) -> list[folium.TileLayer]:
    """Return the layers of the base map that is asked for, the lowest first.

    Parameters
    ----------
    tiles
        None or "none"; "tianditu", whose key is read from the environment (TIANDITU_KEY) and
        stands readable in the page; one of folium's names; an address with {z}, {x}, {y}; or a
        layer.

    Raises
    ------
    InputError
        Tianditu is asked for and there is no key, or an address holds no {z}, {x}, {y}.
    """
    if tiles is None or tiles == "none":
        return []
    if isinstance(tiles, folium.TileLayer):
        return [tiles]
    if tiles == "tianditu":
        return _read_tianditu()
    host = urlsplit(tiles).netloc
    if host and not all(part in tiles for part in ("{z}", "{x}", "{y}")):
        raise InputError(f"map: {tiles} is no address of tiles; want {{z}}, {{x}} and {{y}} in it")
    try:
        return [folium.TileLayer(tiles, attr=host or None)]
    except ValueError as error:
        raise InputError(
            f"map: tiles {tiles!r} are not known; want tianditu, OpenStreetMap, an address with "
            "{z}, {x} and {y}, or none"
        ) from error


def _read_tianditu() -> list[folium.TileLayer]:
    key = os.environ.get(KEY)
    if not key:
        raise InputError(
            f"map: tiles 'tianditu' want a key in the environment variable {KEY}; "
            "the key will stand readable in the page"
        )
    LOG.warning("map: the key of %s stands readable in the page", KEY)
    return [
        folium.TileLayer(
            TIANDITU.format(layer=layer, key=key),
            attr="天地图",
            name=name,
            subdomains="01234567",
            max_zoom=18,
            overlay=over,
        )
        for layer, name, over in (("vec", "天地图", False), ("cva", "天地图注记", True))
    ]
