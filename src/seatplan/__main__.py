"""The verbs as `python -m seatplan`."""

from seatplan.cli import app

app(prog_name="seatplan")
