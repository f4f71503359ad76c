"""The workbook that suppliers fill in, the report on one that they sent, and the words of both."""
