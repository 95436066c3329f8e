"""Types of columns, as engines call them, in few words."""

from __future__ import annotations

SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT"}
"""Kinds of columns of the small tables, as databases call them."""
NESTED, OTHER = "nested", "uuid"
"""Kinds of columns: lists and the like, which hold no one value; and any other type whose text says what it holds."""


def kind_of(sql_type: str) -> str:
    """An engine's type in few words.

    >>> [kind_of(t) for t in ("VARCHAR", "bigint", "double precision", "DATE", "timestamp without time zone")]
    ['string', 'int64', 'float64', 'date', 'timestamp']
    >>> [kind_of(t) for t in ("INTEGER[]", "struct<a:int>", "boolean", "citext")]
    ['nested', 'nested', 'boolean', 'uuid']
    """
    name = sql_type.lower()
    if name.endswith("]"):
        return NESTED
    for begins, kind in (
        (("struct", "map", "array", "list", "row", "union", "blob", "bytea", "binary", "bit", "interval"), NESTED),
        (("varchar", "text", "char", "string", "bpchar"), "string"), (("timestamp", "datetime"), "timestamp"),
        (("date",), "date"), (("double", "float", "real", "decimal", "numeric"), "float64"), (("bool",), "boolean"),
        (("int", "bigint", "smallint", "tinyint", "hugeint", "uint", "long", "short", "ubigint", "usmallint", "utinyint"), "int64"),
    ):  # fmt: skip
        if name.startswith(begins):
            return kind
    return OTHER
