"""The names of the streams, and the ids that name one thing for ever."""

from hashlib import sha256
from uuid import UUID, uuid5

from engine.journal.shards import child_id, placed
from events.kid import make_kid

CASE_SERIALS = 9_999_999
NAMESPACE = UUID("8a5c2f60-3b1d-5e52-9a0e-1f6f0c7d4b21")


def case_stream(case_id: UUID) -> str:
    """The stream of a case: its legal steps and its money together."""
    return f"case-{case_id}"


def claim_stream(claim_id: UUID) -> str:
    """The stream of one invoice of one creditor."""
    return f"claim-{claim_id}"


def person_stream(person_id: UUID) -> str:
    """The stream of a debtor."""
    return f"person-{person_id}"


def creditor_stream(creditor_id: UUID) -> str:
    """The stream of a creditor."""
    return f"creditor-{creditor_id}"


def creditor_number_stream(number: int) -> str:
    """The stream that gives a creditor number out once."""
    return f"creditor_number-{number}"


def case_number_stream(kid: str) -> str:
    """The stream that gives a case number, and so a KID, out once."""
    return f"case_number-{kid}"


def settlement_stream(creditor_id: UUID) -> str:
    """The stream of a creditor's payouts."""
    return f"settlement-{creditor_id}"


def payment_stream(payment_id: UUID) -> str:
    """The stream of one transaction on the client account."""
    return f"payment-{payment_id}"


def export_stream(export_id: UUID) -> str:
    """The stream of one export of the log."""
    return f"export-{export_id}"


def stream_id(stream: str) -> UUID:
    """The id that a stream's name ends in."""
    return UUID(stream[-36:])


def claim_id_of(creditor_id: UUID, invoice_number: str) -> UUID:
    """The id of an invoice: the same creditor and number is the same claim, for ever."""
    return child_id(creditor_id, f"invoice {invoice_number}")


def case_id_of(creditor_id: UUID, command_id: UUID) -> UUID:
    """The id of the case that a command registers; asked again, it is the same case."""
    return child_id(creditor_id, f"case {command_id}")


def payment_id_of(reference: str, shard: int = 0) -> UUID:
    """The id of a bank transaction by the bank's own reference, in the shard of its case.

    One that no case is known for is in the first shard.
    """
    return placed(uuid5(NAMESPACE, f"payment {reference}"), shard)


def kid_candidates(creditor_number: int, case_id: UUID, count: int = 4) -> list[str]:
    """KIDs that a case may have, in the order they are tried; others may have taken one."""
    digests = (sha256(case_id.bytes + bytes([attempt])).digest() for attempt in range(count))
    serials = (int.from_bytes(digest[:8], "big") % CASE_SERIALS + 1 for digest in digests)
    return [make_kid(creditor_number, serial) for serial in serials]


def case_number_of(kid: str) -> str:
    """The case number a person reads: creditor and serial, without the check digit."""
    return f"{kid[:5]}-{kid[5:12]}"
