"""What a bureau works on: tables with names, a workbook, a drafted layout plan, map sheets."""
