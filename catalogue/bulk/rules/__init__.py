"""Bulk work as pure functions: columns, cells, reading a workbook's rows, and what a file would do."""
