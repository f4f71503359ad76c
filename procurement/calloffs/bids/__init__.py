"""Sealed bids: answers, prices and files per lot, submission and receipts."""
