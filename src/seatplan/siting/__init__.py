"""Where, how large and when to build, with a bound; the answer is a scenario."""
