"""School seats of a district: supply, demand, shortage and plans, block by block, year by year."""

from __future__ import annotations

__version__ = "0.1.0"
