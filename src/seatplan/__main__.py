"""The verbs as `python -m seatplan`."""

from seatplan.cli import main

main()
