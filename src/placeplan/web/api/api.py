"""The API as a whole: how its operations are registered, how it is described."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, TypeVar

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json

from placeplan.core.errors import PlanError
from placeplan.stress.findings import Findings
from placeplan.web.api import answers
from placeplan.web.api.records import Page, Refusal

V: Final = "v1"
T = TypeVar("T")
View = Callable[..., Any]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at once.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many of the list to leave out before.")]
ABOUT: Final = """Read plans, what they lead to, what was found of them, and what was said about them.

Everything that is published can be read without an account, from any page or program. Drafts are for people who are
signed in and may see them; to anyone else they are not there. Nothing can be changed here.

Each thing has an address that stays. A version never changes: its digest says what it is. Each figure has its unit and
its source. Every answer has an ETag: send it back as If-None-Match, and you get 304 where nothing has changed."""


class Json(BaseRenderer):
    """Writes what is given out as JSON."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """A value as bytes."""
        return to_json(data, inf_nan_mode="null")


GIVES: Final[dict[str, type[BaseModel]]] = {}
"""What each operation gives out, by its name."""
TYPED: Final = re.compile(r"(?<={)\w+:")
"""What an address says of the form of a name in it."""
REF: Final = "#/components/schemas/{model}"


class Api(NinjaAPI):
    """Ninja's API, described with what every operation may answer besides, and each class under one name."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The description."""
        found = super().get_openapi_schema(**given)
        every: list[type[BaseModel]] = sorted({*GIVES.values(), Refusal}, key=str)
        refs, defined = models_json_schema([(cls, "serialization") for cls in every], ref_template=REF)
        found["components"] = {"schemas": defined["$defs"]}
        for address, methods in found["paths"].items():
            for operation in methods.values():
                name = operation["operationId"]
                whole = {
                    "description": "What was asked for",
                    "headers": TAG | (GONE if GIVES[name] is Findings else {}),
                    **_content("application/json", refs[GIVES[name], "serialization"]),
                }
                operation["responses"] = {"200": whole} | _refusals(refs[Refusal, "serialization"], "{" in address)
                for asked in operation["parameters"]:
                    asked["schema"] = _stated(asked["schema"])
        return found


SESSION: Final = {
    "type": "apiKey",
    "in": "cookie",
    "name": "sessionid",
    "description": "Whoever has signed in, by the browser.",
}
TAG: Final = {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}}
GONE: Final = {
    answers.WITHDRAWN: {
        "description": "Day on which the version was withdrawn; absent: it stands.",
        "schema": {"type": "string"},
    }
}
RETRY: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


def _content(media: str, schema: Any) -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}}


def _stated(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be asked, where it is asked at all: nobody can ask by null."""
    any_of = schema.get("anyOf", [])
    return {k: v for k, v in schema.items() if k != "anyOf"} | next((s for s in any_of if s != {"type": "null"}), {})


def _refusals(schema: Any, named: bool) -> dict[str, Any]:
    """What every operation may answer besides; named: whether its address names a thing that may not be there."""
    refusal = _content(answers.PROBLEM, schema)
    found: dict[str, Any] = (
        {"404": {"description": "There is no such thing, or it is not for you", **refusal}} if named else {}
    )
    return found | {
        "304": {"description": "Nothing has changed since the ETag that was sent"},
        "422": {"description": "What was asked for is not right", **refusal},
        "429": {"description": "Too many requests", "headers": RETRY, **refusal},
    }


api: Final = Api(
    title="placeplan", version=V, description=ABOUT, docs_url=None, openapi_url="/openapi.json", urls_namespace=f"api-{V}", renderer=Json(),
    openapi_extra={"info": {"license": {"name": "MIT", "identifier": "MIT"}}},
)  # fmt: skip
api.add_exception_handler(ValidationError, answers.wrong)
api.add_exception_handler(Http404, answers.not_here)
api.add_exception_handler(PlanError, answers.refused)


def reads(path: str, gives: type[BaseModel], tag: str, *, private: bool = False) -> Callable[[View], View]:
    """Register an operation that reads.

    Args:
        path: its address under /api/v1.
        gives: what it gives out, a class.
        tag: heading under which it is described.
        private: whether the answer hangs on who is signed in.
    """

    def register(view: View) -> View:
        name = view.__name__
        named = inspect.signature(view).parameters
        answers.KNOWN[name] = frozenset(n for n in named if n != "request" and "{" + n not in TYPED.sub("", path))
        GIVES[name] = gives
        if private:
            answers.PRIVATE.add(name)

        @wraps(view)
        def inside(request: HttpRequest, *given: Any, **asked: Any) -> Any:
            problems = answers.unknown(request)
            if problems:
                raise PlanError(problems)
            return view(request, *given, **asked)

        doc = inspect.getdoc(view) or ""
        api.get(path, response=gives, tags=[tag], summary=doc.split("\n", 1)[0].rstrip("."), operation_id=name, url_name=name)(inside)  # fmt: skip
        return view

    return register


def page(request: HttpRequest, rows: Any, limit: int, offset: int, count: int | None = None) -> Page[Any]:
    """A stretch of a list; rows: the whole list, or the stretch itself where `count` says how many there are."""
    whole = len(rows) if count is None else count
    items = rows[offset : offset + limit] if count is None else rows
    more = offset + limit < whole
    asked = request.GET.copy()
    asked["limit"], asked["offset"] = str(limit), str(offset + limit)
    return Page(items=tuple(items), count=whole, limit=limit, offset=offset, next=f"{request.path}?{asked.urlencode()}" if more else None)  # fmt: skip
