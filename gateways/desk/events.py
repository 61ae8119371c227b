"""An event by what people call it: its id, its place in a case or stream, or a payout's line."""

import re
from uuid import UUID

from engine.journal.recorded import Recorded
from engine.refusal import RefusedError
from engine.streams import case_stream, settlement_stream
from events.kid import parse_kid
from events.settlement import PayoutPrepared
from gateways.desk.finding import CASE_NUMBER, find_case, id_in
from gateways.office import Office
from projections import payout
from projections.payout import Payout
from replay.web import Web

STREAM = re.compile(r"[a-z_]+-[0-9a-f-]{36}|(?:case|creditor)_number-\d+")


def find_event(office: Office, web: Web, words: str) -> tuple[Recorded, int | None]:
    """The event that is meant, and the line where a payout's line is.

    An id; CASE:VERSION or STREAM:VERSION; PAYOUT:LINE. A payout's id alone is its preparation.
    Refuses: event_unknown.
    """
    name, _, number = words.strip().rpartition(":")
    place = int(number) if number.isdecimal() and len(number) < len(str(2**31)) else None
    found = None
    if not name:
        found = _by_id(office, web, words)
    elif place is not None:
        found = _in_payout(office, web, name, place) or _in_stream(office, web, name, place)
    if found is None:
        raise RefusedError("event_unknown", asked=words)
    return found


def _by_id(office: Office, web: Web, words: str) -> tuple[Recorded, int | None] | None:
    known = id_in(words.strip())
    if known is None:
        return None
    event = web.event(known)
    if event is not None:
        return event, None
    row = office.rows.get(payout.TABLE, (known,))
    return None if row is None else (_prepared(web, row), None)


def _in_payout(
    office: Office, web: Web, name: str, line: int
) -> tuple[Recorded, int | None] | None:
    known = id_in(name)
    row = None if known is None else office.rows.get(payout.TABLE, (known,))
    if row is None or not 0 < line <= row.line_count:
        return None
    return _prepared(web, row), line


def _in_stream(
    office: Office, web: Web, name: str, version: int
) -> tuple[Recorded, int | None] | None:
    stream = name if STREAM.fullmatch(name) else _case_stream(office, name)
    found = () if stream is None else web.stream(stream)
    event = next((each for each in found if each.version == version), None)
    return None if event is None else (event, None)


def _case_stream(office: Office, name: str) -> str | None:
    """The stream of a case by its whole number, KID or id: a beginning would be looked for."""
    whole = CASE_NUMBER.fullmatch(name) or parse_kid(name) or id_in(name)
    try:
        return case_stream(find_case(office, name).case_id) if whole else None
    except RefusedError:
        return None


def _prepared(web: Web, row: Payout) -> Recorded:
    """The event that prepared the payout, which stands in the log."""
    stream = web.stream(settlement_stream(row.creditor_id))
    return next(each for each in stream if _prepares(each, row.payout_id))


def _prepares(recorded: Recorded, payout_id: UUID) -> bool:
    event = recorded.event
    return isinstance(event, PayoutPrepared) and event.payout_id == payout_id
