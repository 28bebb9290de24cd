"""Catchments drawn anew within the seats: whom to send where; the answer is a Scenario."""
