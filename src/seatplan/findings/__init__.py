"""What the numbers say of a whole outcome."""
