"""Which versions a version came from."""

from __future__ import annotations

from typing import Final

from django.db import connection

from placeplan.web.store.models import Version

PARENTS: Final = Version.parents.through._meta.db_table  # noqa: SLF001 – the name that Django gave the table
CAME_FROM: Final = f"""
    WITH RECURSIVE line(version) AS (
        SELECT id FROM {Version._meta.db_table} WHERE id IN (%s)
        UNION
        SELECT to_version_id FROM {PARENTS} JOIN line ON from_version_id = line.version
    )
    SELECT version FROM line
"""  # noqa: S608, SLF001 – nothing in it that anybody types


def ancestors(*keys: int) -> set[int]:
    """Keys of the versions from which some came, themselves included: one question to the database, however long their lines."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(CAME_FROM % ", ".join(["%s"] * len(keys)), keys)
        return {version for (version,) in cursor.fetchall()}
