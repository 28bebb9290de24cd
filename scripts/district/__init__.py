"""How the sample district is built: one module for each part of `data/`."""
