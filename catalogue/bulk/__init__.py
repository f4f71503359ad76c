"""Offers in bulk: a workbook of what a supplier has, checked row by row, taken in whole or not at all."""
