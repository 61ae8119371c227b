"""How the API says no: one problem document (RFC 9457), and the table of which status is told."""

# Nothing of what was sent is told back, nobody's name, and never where in the code it was.

from collections.abc import Mapping, Sequence
from datetime import date
from re import compile as pattern
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from engine.loop import VersionConflictError
from engine.ports import (
    HaltedError,
    KeyDestroyedError,
    OutcomeUnknownError,
    UnavailableError,
)
from engine.refusal import Fact, RefusedError
from gateways.bank.errors import BankFileError
from gateways.importing.errors import ImportFileError

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:kravspor:problem:"
FAULT: Final = 500
RETRY_SECONDS: Final = 5
POINTER_LENGTH_MOST: Final = 200

# Codes of what is not there, or is not the asker's to see: the two are told alike.
NOT_FOUND: Final = frozenset(
    {
        "case_unknown",
        "claim_unknown",
        "creditor_unknown",
        "debtor_unknown",
        "event_unknown",
        "letter_unknown",
        "objection_unknown",
        "outcome_unknown",
        "payment_unknown",
        "payout_unknown",
        "webhook_unknown",
        "delivery_unknown",
    }
)
CONFLICT: Final = frozenset({"key_reused"})

# Facts of a refusal that may be what somebody typed, or a person's; the rest is told.
NOT_TOLD: Final = frozenset({"asked"})
PLAIN = pattern(r"[A-Za-z0-9_./ ,:-]{0,400}")
NUMBERLIKE_NAMES: Final = frozenset({"orgnr_invalid", "account_invalid"})

STATUS_CODES: Final = {
    400: "not_understood",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "media_type_unsupported",
}
STATUSES: Final = {
    400: "The request cannot be understood; `errors` say where.",
    401: "No API key, or one that opens nothing.",
    403: "The key's role may not do this.",
    404: "There is nothing here that the key may see.",
    409: "The Idempotency-Key was used for another wish, or others kept changing the same.",
    412: "The position asked for is not shown here yet; ask again.",
    413: "The body is too large.",
    415: "The body is of another media type than is understood here.",
    422: "Refused: the rules or the law do not allow it; `code` and `law` say which.",
    429: "The key has asked too often.",
    500: "A fault of ours.",
    503: "A store is out of reach; the same command again has one effect.",
}
RETRIED: Final = frozenset({429, 503})
TITLES: Final = {
    "not_understood": "The request cannot be understood",
    "file_not_understood": "The file cannot be read as a whole; nothing of it was taken",
    "not_found": "There is nothing here",
    "method_not_allowed": "This cannot be done here",
    "unauthenticated": "No API key that opens anything was given",
    "role_not_allowed": "The key's role may not do this",
    "too_large": "The body is larger than is allowed",
    "too_slow": "The body took too long to arrive",
    "too_many_requests": "The key has asked too often; wait a little",
    "media_type_unsupported": "A body of this media type is not understood here",
    "cursor_invalid": "The cursor was not made here for this question; begin at the first page",
    "position_not_reached": "The position asked for is not shown here yet; ask again",
    "period_impossible": "A period begins before it ends, and is ten years at most",
    "sheet_full": "A sheet holds no more rows; ask for CSV, or narrow the list",
    "document_differs": "The letter made again is not the one that was sent",
    "letter_not_made": "The letter is made when the bank is told to pay",
    "idempotency_key_missing": "A command needs an Idempotency-Key header",
    "idempotency_key_invalid": "An Idempotency-Key is 8 to 200 visible ASCII characters",
    "key_reused": "The Idempotency-Key was used for another wish before",
    "conflict": "Others kept changing the same; nothing has happened, ask again",
    "unavailable": "A store is out of reach; ask again, the same command has one effect",
    "halted": "The log stands still and a person is called; nothing can be written now",
    "person_erased": "The person has been erased",
    "page_invalid": "This is no page: take `next` as it was told",
    "place_invalid": "This is no place in the log: `0:4711`, or several with commas",
    "fault": "A fault of ours; it has been recorded under the request id",
}


class FieldError(BaseModel):
    """One thing in the request that is not as it should be, and where it stands."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="Where: `/body/amount_ore`, `/query/limit`, `/header/…`.")
    code: str = Field(description="What is wrong, by a stable name.")
    message: str = Field(description="The same in words.")


class Problem(BaseModel):
    """Why something was not done. Nothing of it has happened."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="`urn:kravspor:problem:` and the code.")
    title: str = Field(description="The code in words; may change.")
    status: int
    code: str = Field(description="Stable: what a program decides by. See docs/refusals.md.")
    law: str | None = Field(default=None, description="The paragraph that says no.")
    facts: dict[str, str | int] = Field(
        default_factory=dict,
        description="What was found and what would be allowed: `earliest`, `latest`, `most`, ….",
    )
    errors: list[FieldError] = Field(default_factory=list)
    instance: str = Field(description="This very answer: `urn:uuid:` and the request id.")


class ProblemError(Exception):
    """A request that the edge itself refuses; `code` is one of TITLES."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        **facts: Fact,
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.facts = facts
        super().__init__(code)


def answer(error: BaseException, request_id: str) -> JSONResponse:
    """The problem document for `error`, by the table; what is in no line of it is a fault of ours.

    `outcome unknown` is none of these: its answer is 202, with where to look.
    """
    match error:
        case ProblemError():
            return _response(error.status, error.code, request_id, error.facts, error.headers)
        case RefusedError():
            return _refused(error, request_id)
        case VersionConflictError():
            return _response(409, "conflict", request_id)
        case RequestValidationError():
            errors = [_field(each) for each in error.errors()]
            return _response(400, "not_understood", request_id, errors=errors)
        case ImportFileError() | BankFileError():
            facts = {"reason": error.code, **_line_of(error)}
            return _response(422, "file_not_understood", request_id, facts)
        case HTTPException():
            code = STATUS_CODES.get(error.status_code, "not_understood")
            return _response(error.status_code, code, request_id, headers=error.headers)
        case HaltedError():
            return _later("halted", request_id)
        case UnavailableError() | OutcomeUnknownError():
            return _later("unavailable", request_id)
        case KeyDestroyedError():
            return _response(422, "person_erased", request_id)
        case _:
            return _response(500, "fault", request_id)


def documented(statuses: Sequence[int]) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI tells that a route may answer with a problem of each of these statuses."""
    return {status: _documented(status) for status in statuses}


def title_of(code: str) -> str:
    """The code in words."""
    words = code.replace("_", " ")
    return TITLES.get(code, words[:1].upper() + words[1:])


def _documented(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    told: dict[str, Any] = {
        "description": STATUSES[status],
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if status in RETRIED:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        told["headers"] = {"Retry-After": seconds}
    return told


def _later(code: str, request_id: str) -> JSONResponse:
    return _response(503, code, request_id, headers={"Retry-After": str(RETRY_SECONDS)})


def _refused(error: RefusedError, request_id: str) -> JSONResponse:
    if error.code in NOT_FOUND:
        return _response(404, error.code, request_id)
    status = 409 if error.code in CONFLICT else 422
    facts = {} if error.code in NUMBERLIKE_NAMES else error.facts
    return _response(status, error.code, request_id, facts, law=error.law)


def _response(  # noqa: PLR0913 - each is a member of the document
    status: int,
    code: str,
    request_id: str,
    facts: Mapping[str, Fact] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    law: str | None = None,
    errors: Sequence[FieldError] = (),
) -> JSONResponse:
    problem = Problem(
        type=TYPE + code,
        title=title_of(code),
        status=status,
        code=code,
        law=law,
        facts={name: _plain(fact) for name, fact in (facts or {}).items() if _told(name, fact)},
        errors=list(errors),
        instance=f"urn:uuid:{request_id}",
    )
    return JSONResponse(
        problem.model_dump(mode="json"), status, headers=headers, media_type=MEDIA_TYPE
    )


def _told(name: str, fact: Fact) -> bool:
    return name not in NOT_TOLD and bool(PLAIN.fullmatch(str(fact)))


def _plain(fact: Fact) -> str | int:
    return fact.isoformat() if isinstance(fact, date) else fact


def _line_of(error: ImportFileError | BankFileError) -> dict[str, Fact]:
    line = getattr(error, "line_no", None)
    return {} if line is None else {"line": line}


def _field(error: Mapping[str, object]) -> FieldError:
    place = error["loc"]
    parts = place if isinstance(place, tuple) else (place,)
    pointer = "".join(f"/{_escaped(str(part))}" for part in parts)
    kind = str(error["type"])
    return FieldError(
        pointer=pointer[:POINTER_LENGTH_MOST],
        code=kind,
        message=_message(kind, str(error.get("msg", ""))),
    )


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _message(kind: str, words: str) -> str:
    """The words about the field, unless they may hold what was sent."""
    if kind == "string_pattern_mismatch":
        return "Not in the form it has to have; blank, or with characters nobody can see"
    echoing = "uuid" in kind or "parsing" in kind or kind == "json_invalid"
    return kind.replace("_", " ") if echoing else words
