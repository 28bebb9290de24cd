"""A district made from what a bureau has in the drawer: a sheet of schools, one of pupils."""
