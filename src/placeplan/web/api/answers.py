"""How every answer of the API is made: problems as problem+json, an ETag, who may read it from a browser, how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.cache import get_conditional_response, set_response_etag
from ninja.errors import ValidationError

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.plan.located import problem
from placeplan.web.api.records import ProblemGiven, Refusal
from placeplan.web.public.reading import NotHere
from placeplan.web.rates.limits import RATES, wait, whoever

UNDER: Final = "/api/"
PROBLEM: Final = "application/problem+json"
METHODS: Final = "GET, HEAD, OPTIONS"
WITHDRAWN: Final = "Withdrawn"
"""Header with the day on which a version was withdrawn, where its answer is a file that stays as it is."""
EXPOSED: Final = f"ETag, Retry-After, X-Request-Id, {WITHDRAWN}"
KNOWN: Final[dict[str, frozenset[str]]] = {}
"""What may be asked of each operation, by its name."""
PRIVATE: Final[set[str]] = set()
"""Operations whose answer hangs on who is signed in."""
DETAILS: Final = {
    400: "What was sent cannot be read.",
    404: "There is nothing at this address.",
    405: "This API is for reading: only GET, HEAD and OPTIONS.",
    422: "What was asked for is not right.",
    429: "There were too many requests from here.",
    500: "Something went wrong here. It is not your mistake.",
}


def refusal(request: HttpRequest, status: int, problems: Sequence[Problem] = (), detail: str = "") -> HttpResponse:
    """An answer that says why there is none."""
    told = Refusal(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail or DETAILS.get(status, HTTPStatus(status).description),
        instance=request.path, request=str(request.META.get("placeplan.request", "")),
        problems=tuple(ProblemGiven(**p.as_dict()) for p in problems),
    )  # fmt: skip
    return HttpResponse(told.model_dump_json(), status=status, content_type=PROBLEM)


def not_here(request: HttpRequest, error: Http404 | type[Http404]) -> HttpResponse:
    """There is no such thing; what is nearest to it."""
    return refusal(request, 404, [error.problem] if isinstance(error, NotHere) else ())


def wrong(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """What was asked for is not right: all of it at once."""
    errors = error.errors if isinstance(error, ValidationError) else []
    return refusal(request, 422, [*map(_problem, errors), *unknown(request)])


def refused(request: HttpRequest, error: PlanError | type[PlanError]) -> HttpResponse:
    """What was asked for is not right."""
    return refusal(request, 422, error.problems if isinstance(error, PlanError) else ())


def _problem(error: dict[str, object]) -> Problem:
    where = [str(part) for part in error["loc"]]  # type: ignore[attr-defined]  # a way to the value
    told = str(error["msg"])
    return problem(where[0], 0, ".".join(where[1:]), "bad-value", f"{told}.", "Look at the description of this API for what may stand there.")  # fmt: skip


def unknown(request: HttpRequest) -> list[Problem]:
    """What was asked for besides that the operation does not know: it would seem to count although it does not."""
    match = request.resolver_match
    known = KNOWN.get((match and match.url_name) or "", frozenset())
    found = []
    for name in request.GET:
        if name not in known:
            near = nearest(name, known)
            mend = f"Write “{near}”." if near else f"Known are: {', '.join(sorted(known)) or 'none'}."
            found.append(problem("query", 0, name[:100], "unknown-setting", f"Nothing can be asked by “{name[:100]}” here.", mend, near))  # fmt: skip
        elif len(request.GET.getlist(name)) > 1:
            found.append(problem("query", 0, name, "duplicate-id", f"“{name}” stands there more than once.", "Keep one of them."))  # fmt: skip
    return found


class Answers:
    """Middleware around all that lies under /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if not request.path.startswith(UNDER):
            return self.get_response(request)
        private = _name(request.path) in PRIVATE
        answer = self._answer(request)
        if private:
            answer["Cache-Control"] = "no-store"
        else:
            answer["Access-Control-Allow-Origin"] = "*"
            answer["Access-Control-Expose-Headers"] = EXPOSED
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return _options()
        seconds = wait("api", whoever(request))
        if seconds:
            answer = refusal(request, 429, detail=f"There were more than {RATES['api'].most} requests in a minute. Wait {seconds} seconds.")  # fmt: skip
            answer["Retry-After"] = str(seconds)
            return answer
        if request.method == "HEAD":
            request.method = "GET"
            return _without_body(self._read(request))
        return self._read(request)

    def _read(self, request: HttpRequest) -> HttpResponse:
        """What is there, unless whoever asks has it already."""
        answer = self.get_response(request)
        kind = answer.get("Content-Type", "")
        if answer.status_code >= HTTPStatus.BAD_REQUEST and not kind.startswith(PROBLEM):
            made = refusal(request, answer.status_code)
            if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                made["Allow"] = METHODS
            return made
        if answer.status_code != HTTPStatus.OK:
            return answer
        answer.setdefault("Cache-Control", "no-cache")
        set_response_etag(answer)
        if WITHDRAWN in answer:  # who has the file from before has not been told yet
            answer["ETag"] = f'{answer["ETag"][:-1]}-withdrawn"'
        found = get_conditional_response(request, etag=answer["ETag"], response=answer)
        return found or answer


def _name(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Http404:
        return ""


def _options() -> HttpResponse:
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer["Allow"] = METHODS
    answer["Access-Control-Allow-Methods"] = METHODS
    answer["Access-Control-Allow-Headers"] = "If-None-Match"
    answer["Access-Control-Max-Age"] = "86400"
    return answer


def _without_body(answer: HttpResponse) -> HttpResponse:
    answer["Content-Length"] = str(len(answer.content))
    answer.content = b""
    return answer
