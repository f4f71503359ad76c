"""Makes the demonstration ready: tables, reference data, the story; a step already done does nothing.

The same as `flask db upgrade`, `flask reference load` and `flask demo load`, in one process: starting Python
three times would take longer than the steps themselves the second time.
"""

import sys

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError

from procurement.app import create_app

STEPS = (("db", "upgrade"), ("reference", "load"), ("demo", "load"))


def main() -> int:
    """Run the steps in order; stop at the first that fails, which has said why."""
    app = create_app()
    information = ScriptInfo(create_app=lambda: app)
    for step in STEPS:
        print(f"flask {' '.join(step)}", file=sys.stderr, flush=True)
        try:
            app.cli.main(args=list(step), prog_name="flask", obj=information, standalone_mode=False)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except OperationalError as error:
            print(f"the database does not do it: {str(error.orig).splitlines()[0]}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
