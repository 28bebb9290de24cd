"""The pupils to come: from residents by block, and from rolls by school."""
