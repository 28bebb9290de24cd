"""What documents ask of a district: each clause, year by year and scenario by scenario."""
