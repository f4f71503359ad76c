"""The application as a server imports it."""

from procurement.app import create_app

application = create_app()
