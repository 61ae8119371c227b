"""Creditors' invoice files, CSV or spreadsheet: read, checked, and sent back with reasons."""
