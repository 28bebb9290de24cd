"""Pupils to seats: seats, catchments, assignment, classes and balance."""
