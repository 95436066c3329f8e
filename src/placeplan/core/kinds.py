"""Kinds: a subclass in one file is registered, and so has a schema, help and an example."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer

from placeplan.core.errors import nearest
from placeplan.core.records import Record


class Kind(Record):
    """Base of every open family (effects, contracts, capacities, distributions).

    A family is a direct subclass with ``family="…"``; a kind is a subclass of a family with ``kind="…"``.
    Importing the file registers it; two kinds of one name are refused.
    """

    family: ClassVar[str] = ""
    name: ClassVar[str] = ""
    example: ClassVar[dict[str, Any]] = {}
    _kinds: ClassVar[dict[str, type[Kind]]] = {}

    def __init_subclass__(cls, family: str = "", kind: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if family:
            cls.family, cls._kinds = family, {}
        elif kind:
            if kind in cls._kinds:
                raise TypeError(f"there are two {cls.family} kinds called {kind!r}")
            cls.name = kind
            cls._kinds[kind] = cls

    @model_serializer(mode="wrap")
    def _with_its_kind(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The fields asked for, and always the kind: without it they would mean nothing."""
        return {"kind": self.name, **fields(self)}

    @classmethod
    def kinds(cls) -> dict[str, type[Self]]:
        """The kinds of this family by name, in alphabetical order."""
        return {name: cls._kinds[name] for name in sorted(cls._kinds)}  # type: ignore[misc]

    @classmethod
    def of(cls, name: str) -> type[Self]:
        """The kind called ``name``; raises ``UnknownKindError`` with the nearest name otherwise."""
        try:
            return cls._kinds[name]  # type: ignore[return-value]
        except KeyError:
            raise UnknownKindError(cls.family, name, sorted(cls._kinds)) from None

    @classmethod
    def parse(cls, value: Any) -> Self:
        """An instance of the kind that ``value["kind"]`` names; an instance passes unchanged."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
            raise ValueError(f"give the {cls.family} as fields with its kind; known: {', '.join(sorted(cls._kinds))}")
        try:
            return cls.of(value["kind"]).model_validate(value)
        except UnknownKindError as error:
            raise ValueError(str(error)) from None


class UnknownKindError(LookupError):
    """No kind of that name in the family; ``nearest`` and ``known`` say what there is."""

    def __init__(self, family: str, name: str, known: list[str]) -> None:
        self.family, self.name, self.known = family, name, known
        self.nearest = nearest(name, known)
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        super().__init__(f"there is no {family} kind {name!r}{hint}; known: {', '.join(known)}")
