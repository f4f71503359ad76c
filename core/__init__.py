"""The platform's own machinery: it knows no domain and imports nothing from the floors above."""
