"""Spreadsheet files: read as cells with their places, and written. What the cells mean, `kinds/` knows."""
