"""Offers in bulk, from the workbook to the offers and back."""
