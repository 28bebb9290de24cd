"""What the numbers say: indicators, flags and coverage."""
