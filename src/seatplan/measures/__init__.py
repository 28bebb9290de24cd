"""Every figure by its name, computed when it is first asked for; flags where one passes a limit."""
