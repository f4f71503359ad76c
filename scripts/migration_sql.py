"""Lints the SQL that each migration would send to PostgreSQL, with squawk; connects to nothing."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent


def write_sql(folder: Path) -> list[Path]:
    """Write one file of SQL for each migration, oldest first."""
    os.environ["DATABASE_URL"] = "postgresql://nobody@localhost/nowhere"
    from procurement.app import create_app

    app = create_app()
    files = []
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        revisions = list(ScriptDirectory.from_config(config).walk_revisions())
        for revision in reversed(revisions):
            config.output_buffer = io.StringIO()
            command.upgrade(config, f"{revision.down_revision or 'base'}:{revision.revision}", sql=True)
            file = folder / f"{revision.revision}.sql"
            file.write_text(config.output_buffer.getvalue(), encoding="utf-8")
            files.append(file)
    return files


def main() -> int:
    """Write and lint; the settings are in `.squawk.toml`."""
    squawk = Path(sys.executable).parent / "squawk"
    with tempfile.TemporaryDirectory() as scratch:
        files = write_sql(Path(scratch))
        if not files:
            print("there are no migrations", file=sys.stderr)
            return 1
        return subprocess.run([squawk, *files], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
