"""What stands: standards, tables and the district itself, read and checked at the door."""
