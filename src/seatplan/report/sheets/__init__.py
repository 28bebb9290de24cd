"""The map sheets of a layout plan: what each shows, and how it is drawn and printed."""
