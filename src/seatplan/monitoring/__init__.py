"""What came: a year's real rolls against plan and forecast, and the district re-based on them."""
