"""Arrays only: transport, districting and location, held to published instances."""
