"""What a scenario means for a district: its rules, seats, ways, and the order of its labels."""
