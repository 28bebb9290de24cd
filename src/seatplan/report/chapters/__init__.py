"""The chapters of the drafted plan: each a function of the brief that returns plain parts."""
