"""Generates the next migration from the declared tables: `python -m data.migrations "what changed"`."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from data.forms.builtin import BUILTIN
from data.tables.form_tables import metadata_of

_FORMATTED = {
    "hooks": "tidied, formatted",
    "tidied.type": "module",
    "tidied.module": "ruff",
    "tidied.options": "check --fix --quiet REVISION_SCRIPT_FILENAME",
    "formatted.type": "module",
    "formatted.module": "ruff",
    "formatted.options": "format --quiet REVISION_SCRIPT_FILENAME",
}
"""What is written passes the linter: Alembic itself writes single quotes, and imports that may not be needed."""


def main(message: str) -> None:
    """Compares an empty, fully migrated database with the declared tables and writes the difference."""
    folder = Path(__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder))
    for name, value in _FORMATTED.items():
        config.set_section_option("post_write_hooks", name, value)
    newest = max((int(path.name[:4]) for path in (folder / "versions").glob("[0-9]*.py")), default=0)
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"], config.attributes["tables"] = connection, metadata_of(BUILTIN)
        command.upgrade(config, "head")
        revision = f"{newest + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=revision)


if len(sys.argv) != 2:
    sys.exit('Say what changed: python -m data.migrations "form B7"')
main(sys.argv[1])
