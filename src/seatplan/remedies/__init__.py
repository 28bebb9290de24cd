"""Remedies: for each shortage the least that clears it, proven by running it, with its price."""
