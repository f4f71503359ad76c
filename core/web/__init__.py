"""What every page needs: permission, one commit at the edge, headers, errors, filters, forms, paging."""

from flask import Flask

from core.web import access, assets, edge, errors, filters, headers


def init_web(app: Flask) -> None:
    """Attach everything of this package to the application; the order of the first two matters.

    The edge comes first so that even reading who is signed in happens in the right kind of transaction.
    """
    edge.init_app(app)
    headers.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
