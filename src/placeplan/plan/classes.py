"""Which class of ours reads what stands at a place of a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel

from placeplan.core.kinds import Kind
from placeplan.plan.located import Path


def class_at(cls: type[BaseModel] | None, data: Any, path: Path) -> type[BaseModel] | None:
    """The class that reads what stands at ``path``; None where no class does."""
    cls = _of_kind(cls, data)
    for part in path:
        data = _step(data, part)
        if isinstance(part, str):
            field = cls.model_fields.get(part) if cls is not None else None
            cls = model_in(field.annotation) if field is not None else None
        cls = _of_kind(cls, data)
    return cls


def _of_kind(cls: type[BaseModel] | None, data: Any) -> type[BaseModel] | None:
    """Of a family of kinds the one that is named; any other class as it is."""
    if cls is not None and issubclass(cls, Kind) and isinstance(data, dict):
        return family_of(cls).kinds().get(str(data.get("kind")), cls)
    return cls


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The first class of ours inside an annotation (a list or an optional of it)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(model_in, get_args(annotation)) if m is not None), None)


def fields_of(model: type[BaseModel] | None) -> Iterable[str]:
    """Names of the fields of a class; nothing where there is none."""
    return model.model_fields if model is not None else ()


def family_of(cls: type[Kind]) -> type[Kind]:
    """The base of a kind's family."""
    return next(c for c in cls.__mro__ if Kind in c.__bases__ and issubclass(c, Kind))


def names_kind(cls: type[Kind], value: dict[str, Any]) -> bool:
    """Whether a value names a kind of the family."""
    return value.get("kind") in family_of(cls).kinds()


def _step(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
