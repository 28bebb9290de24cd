"""The way to school: the road graph and the distances on it."""
