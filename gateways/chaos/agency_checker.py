"""Holds the agency's log and its far ends against the sagas' promises, reading both itself."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateways.chaos.checker import replay

Body = dict[str, Any]
COSTS = ("salaer_ore", "letter_fees_ore", "compensation_ore")


@dataclass(frozen=True, slots=True)
class Fact:
    """One standing event: where in the log, in which stream, what."""

    offset: int
    stream: str
    type: str
    body: Body


@dataclass(frozen=True, slots=True)
class Delivered:
    """A thing a far end took, by its id, and how long the log was then."""

    what: str
    amount_ore: int
    log_end: int


def saga_violations(
    records: Sequence[bytes],
    letters: Mapping[str, Delivered],
    payouts: Mapping[str, Delivered],
) -> list[str]:
    """What the sagas did that they never may."""
    told = replay(records, records)
    facts = [Fact(row[9], row[1], row[4], json.loads(row[6])) for row in told.events]
    by_case: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.stream.startswith("case-"):
            by_case[fact.stream].append(fact)
    found = list(_letters(facts, letters))
    found += _payouts(facts, payouts)
    found += _payments(facts)
    for stream, history in by_case.items():
        found += _brake(stream, history)
        found += _no_second_letter(stream, history, letters)
    return found


def _letters(facts: Sequence[Fact], letters: Mapping[str, Delivered]) -> Iterator[str]:
    """No letter leaves without its release, and each that left is reported once."""
    released: dict[str, int] = {}
    sent: dict[str, int] = defaultdict(int)
    for fact in facts:
        if fact.type == "case.letter_released":
            released.setdefault(fact.body["letter_id"], fact.offset)
        elif fact.type.endswith("_sent") and "letter_id" in fact.body:
            sent[fact.body["letter_id"]] += 1
    for letter_id, taken in letters.items():
        if released.get(letter_id, taken.log_end) >= taken.log_end:
            yield f"letter {letter_id} left before it was released"
        if not sent[letter_id]:
            yield f"letter {letter_id} left and was never reported"
    for letter_id, times in sent.items():
        if times > 1:
            yield f"letter {letter_id} was reported sent {times} times"
        if letter_id not in letters:
            yield f"letter {letter_id} was reported sent and never left"


def _no_second_letter(
    stream: str, history: Sequence[Fact], letters: Mapping[str, Delivered]
) -> Iterator[str]:
    """A case gets each of its letters once."""
    left: dict[str, set[str]] = defaultdict(set)
    for fact in history:
        if fact.type == "case.letter_released" and fact.body["letter_id"] in letters:
            left[fact.body["kind"]].add(fact.body["letter_id"])
    for kind, ids in left.items():
        if len(ids) > 1:
            yield f"{stream} was sent {len(ids)} letters of kind {kind}"


def _brake(stream: str, history: Sequence[Fact]) -> Iterator[str]:
    """An objection stops letters until it is answered, and bars costs for good."""
    is_open: set[str] = set()
    objected = False
    crossing: set[str] = set()
    for fact in history:
        if fact.type == "case.objection_raised":
            is_open.add(fact.body["objection_id"])
            objected = True
        elif fact.type == "case.objection_answered":
            is_open.discard(fact.body["objection_id"])
        elif fact.type == "case.letter_released":
            if not objected:
                crossing.add(fact.body["letter_id"])
            if is_open and fact.body["kind"] != "withdrawal_notice":
                yield f"{stream} released a letter while an objection was open"
            if objected and _costs(fact.body):
                yield f"{stream} claimed costs in a letter after an objection"
        elif objected and fact.type.endswith("_sent") and fact.body.get("fee_ore"):
            # One that was on its way already says what was printed; the bar holds for what
            # is asked, which the payments below show.
            if fact.body["letter_id"] not in crossing:
                yield f"{stream} got a fee after an objection"
        elif objected and fact.type == "case.payment_allocated" and fact.body["costs_ore"]:
            yield f"{stream} had a payment cover costs after an objection"


def _costs(body: Body) -> bool:
    printed = body.get("printed") or {}
    return bool(body["fee_ore"] or any(printed.get(name) for name in COSTS))


def _payouts(facts: Sequence[Fact], payouts: Mapping[str, Delivered]) -> Iterator[str]:
    """No payout twice, none the log has not ordered, no line in two of them."""
    steps: dict[str, list[str]] = defaultdict(list)
    amounts: dict[str, int] = {}
    instructed: dict[str, int] = {}
    paid_lines: dict[tuple[str, str], str] = {}
    until = 0
    for fact in facts:
        if not fact.type.startswith("settlement."):
            continue
        payout_id = fact.body["payout_id"]
        steps[payout_id].append(fact.type.rpartition("_")[2])
        if fact.type == "settlement.payout_instructed":
            instructed[payout_id] = fact.offset
        if fact.type == "settlement.payout_prepared":
            amounts[payout_id] = fact.body["amount_ore"]
            if fact.body["after_position"] < until:
                yield f"payout {payout_id} begins before the last one ended"
            until = fact.body["until_position"]
            for line in fact.body["lines"]:
                key = (line["source_event_id"], line["what"])
                if paid_lines.setdefault(key, payout_id) != payout_id:
                    yield f"{key} is paid in {paid_lines[key]} and in {payout_id}"
    for payout_id, moved in steps.items():
        if not amounts[payout_id]:
            continue  # all of it was set off: nothing for the bank
        if moved != ["prepared", "instructed", "confirmed"][: len(moved)]:
            yield f"payout {payout_id} went {' → '.join(moved)}"
        if "confirmed" in moved and payout_id not in payouts:
            yield f"payout {payout_id} is confirmed and the bank knows nothing of it"
    for payout_id, taken in payouts.items():
        if instructed.get(payout_id, taken.log_end) >= taken.log_end:
            yield f"the bank was told to pay {payout_id} before the log was"
        if amounts.get(payout_id) != taken.amount_ore:
            yield f"the bank paid {taken.amount_ore} øre for payout {payout_id}"


def _payments(facts: Sequence[Fact]) -> Iterator[str]:
    """A payment is booked once."""
    seen: set[str] = set()
    for fact in facts:
        if fact.type == "case.payment_received":
            payment_id = fact.body["payment_id"]
            if payment_id in seen:
                yield f"payment {payment_id} is booked twice"
            seen.add(payment_id)
