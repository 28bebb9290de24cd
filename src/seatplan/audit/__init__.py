"""What a plan promises: held against itself, against class arithmetic and against the model."""
