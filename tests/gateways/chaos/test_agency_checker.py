"""The sagas' checker by itself, on logs written by hand."""

import json
from hashlib import sha256
from typing import Any

from gateways.chaos.agency_checker import Delivered, saga_violations

Body = dict[str, Any]
LETTER = Delivered("inkassovarsel", 0, 9)
RELEASED: Body = {"letter_id": "a", "kind": "inkassovarsel", "fee_ore": 0, "printed": None}
SENT: Body = {"letter_id": "a", "fee_ore": 0}
PREPARED: Body = {
    "payout_id": "p",
    "amount_ore": 100,
    "after_position": 0,
    "until_position": 5,
    "lines": [{"source_event_id": "e", "what": "payment"}],
}
INSTRUCTED: Body = {"payout_id": "p"}
PAID = Delivered("payout", 100, 9)


def log(*events: tuple[str, Body], stream: str = "case-1") -> list[bytes]:
    """The events one by one in a stream, each a record."""
    digest = sha256(b"kravspor/genesis/1\x00" + f"0\x00{stream}".encode()).hexdigest()
    records = []
    for number, (kind, data) in enumerate(events, 1):
        event = {"event_id": f"e{number}", "type": kind, "schema": 1, "data": data}
        body = {
            "fmt": 1,
            "kind": "commit",
            "rules": 1,
            "commit_id": f"c{number}",
            "command_id": f"d{number}",
            "command_mac": "m",
            "shard": 0,
            "parts": [
                {
                    "stream": stream,
                    "first_version": number,
                    "prev_hash": digest,
                    "events": [event],
                }
            ],
        }
        records.append(json.dumps(body, separators=(",", ":")).encode())
        digest = sha256(b"kravspor/commit/1\x00" + records[-1]).hexdigest()
    return records


def letters(*events: tuple[str, Body], taken: tuple[str, ...] = ("a",)) -> str:
    return "\n".join(saga_violations(log(*events), dict.fromkeys(taken, LETTER), {}))


def payouts(*events: tuple[str, Body], taken: tuple[str, ...] = ("p",)) -> str:
    records = log(*events, stream="settlement-1")
    return "\n".join(saga_violations(records, {}, dict.fromkeys(taken, PAID)))


def test_a_letter_released_sent_and_reported_is_right() -> None:
    assert letters(("case.letter_released", RELEASED), ("case.inkassovarsel_sent", SENT)) == ""


def test_a_letter_without_a_release_is_seen() -> None:
    assert "left before it was released" in letters(("case.inkassovarsel_sent", SENT))


def test_a_letter_never_reported_is_seen() -> None:
    assert "never reported" in letters(("case.letter_released", RELEASED))


def test_a_letter_reported_that_never_left_is_seen() -> None:
    told = letters(("case.letter_released", RELEASED), ("case.inkassovarsel_sent", SENT), taken=())
    assert "never left" in told


def test_a_letter_reported_twice_is_seen() -> None:
    sent = ("case.inkassovarsel_sent", SENT)
    assert "2 times" in letters(("case.letter_released", RELEASED), sent, sent)


def test_two_letters_of_a_kind_are_seen() -> None:
    second = {**RELEASED, "letter_id": "b"}
    told = letters(
        ("case.letter_released", RELEASED),
        ("case.inkassovarsel_sent", SENT),
        ("case.letter_released", second),
        ("case.inkassovarsel_sent", {**SENT, "letter_id": "b"}),
        taken=("a", "b"),
    )
    assert "was sent 2 letters" in told


def test_a_release_while_an_objection_is_open_is_seen() -> None:
    objected = ("case.objection_raised", {"objection_id": "o"})
    answered = ("case.objection_answered", {"objection_id": "o"})
    released, sent = ("case.letter_released", RELEASED), ("case.inkassovarsel_sent", SENT)

    assert "while an objection was open" in letters(objected, released, sent)
    assert letters(objected, answered, released, sent) == ""


def test_a_cost_after_an_objection_is_seen() -> None:
    objected = ("case.objection_raised", {"objection_id": "o"})
    answered = ("case.objection_answered", {"objection_id": "o"})
    released = ("case.letter_released", {**RELEASED, "fee_ore": 3500})
    sent = ("case.inkassovarsel_sent", SENT)
    paid = ("case.payment_allocated", {"costs_ore": 1})

    assert "claimed costs" in letters(objected, answered, released, sent)
    assert "cover costs" in letters(objected, answered, paid, taken=())


def test_a_payout_through_all_its_steps_is_right() -> None:
    told = payouts(
        ("settlement.payout_prepared", PREPARED),
        ("settlement.payout_instructed", INSTRUCTED),
        ("settlement.payout_confirmed", INSTRUCTED),
    )
    assert told == ""


def test_a_bank_told_before_the_log_is_seen() -> None:
    told = payouts(("settlement.payout_prepared", PREPARED))
    assert "before the log was" in told


def test_a_line_paid_in_two_payouts_is_seen() -> None:
    again = {**PREPARED, "payout_id": "q", "after_position": 5, "until_position": 6}
    told = payouts(
        ("settlement.payout_prepared", PREPARED),
        ("settlement.payout_prepared", again),
        taken=(),
    )
    assert "is paid in p and in q" in told


def test_a_payout_that_skips_a_step_is_seen() -> None:
    told = payouts(
        ("settlement.payout_prepared", PREPARED),
        ("settlement.payout_confirmed", INSTRUCTED),
        taken=(),
    )
    assert "prepared → confirmed" in told
    assert "the bank knows nothing of it" in told


def test_a_payment_booked_twice_is_seen() -> None:
    paid = ("case.payment_received", {"payment_id": "x"})
    assert "booked twice" in letters(paid, paid, taken=())
