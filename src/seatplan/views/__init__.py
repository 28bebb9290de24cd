"""Values in, objects out: tables, maps, charts and documents."""
