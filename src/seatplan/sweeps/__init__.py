"""Sweeps: many districts, scenarios and draws; each task leaves one file and is done once."""
