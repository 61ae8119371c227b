"""From a letter's content to the words and figures its template sets, all of it clean."""

from typing import TypeVar, assert_never

from events.money import ZERO, Ore, total
from gateways.letters import wording
from gateways.letters.content import (
    Addressee,
    Agency,
    ClaimLine,
    DemandLetter,
    Letter,
    LetterError,
    SettlementLetter,
    SettlementLine,
    WithdrawalLetter,
)
from gateways.letters.printable import FREE_TEXT, SHORT, code, free_text, name

Row = TypeVar("Row")
Sheet = dict[str, object]

MOST_ADDRESS_LINES = 4
MOST_LINES = 2000
AT_HOME = {"", "no", "norge", "norway"}
WHAT = {
    "payment": "Innbetaling",
    "direct_payment": "Betalt direkte til dere",
    "reversal": "Tilbakeført innbetaling",
    "charge": "Gebyr for trukket sak",
    "carried_over": "Overført mellom oppgjør",
}


def sheet(letter: Letter) -> Sheet:
    """Everything the letter's template prints, as strings, lists and truth values.

    Raises LetterError when a text is too long, empty where it may not be, or cannot be printed.
    """
    match letter:
        case DemandLetter():
            return _demand(letter)
        case WithdrawalLetter():
            return _withdrawal(letter)
        case SettlementLetter():
            return _settlement(letter)
        case _:
            assert_never(letter)


def _demand(letter: DemandLetter) -> Sheet:
    creditor = name(letter.creditor_name, "creditor_name")
    title = "Inkassovarsel" if letter.kind == "inkassovarsel" else "Betalingsoppfordring"
    return {
        "title": title,
        "agency": agency_told(letter.agency),
        "recipient": _recipient(letter.debtor, "debtor"),
        "facts": _facts(letter),
        "running": f"{title}, saksnummer {code(letter.case_number, 'case_number')}",
        "reference": str(letter.letter_id),
        "creditor": creditor,
        "sent_on": wording.day(letter.sent_on),
        "pay_by": wording.day(letter.pay_by),
        "earlier_notice_on": wording.day(letter.earlier_notice_on)
        if letter.earlier_notice_on
        else "",
        "kid": letter.kid,
        "consumer": letter.consumer,
        "claims": [_claim(claim) for claim in _limited(letter.claims)],
        "interest_claimed": letter.rate is not None,
        "older_rates": _older_rates(letter),
        **_owed(letter),
    }


def _older_rates(letter: DemandLetter) -> bool:
    """Whether some of the interest was counted before today's rate came in force."""
    started = [claim.interest_from_on for claim in letter.claims if claim.interest_from_on]
    return letter.rate is not None and any(on < letter.rate.from_on for on in started)


def _owed(letter: DemandLetter) -> Sheet:
    """The specification: principal and interest always, other parts where they are owed."""
    owed = letter.owed
    extras = (
        ("Purre- og varselgebyr", owed.letter_fees_ore),
        ("Inkassosalær", owed.salaer_ore),
        ("Standardkompensasjon", owed.compensation_ore),
        ("Rettslige gebyrer", owed.court_fees_ore),
    )
    interest = f"Forsinkelsesrente til og med {wording.day(letter.sent_on)}"
    parts = [("Hovedstol", owed.principal_ore), (interest, owed.interest_ore)]
    parts += [(label, ore) for label, ore in extras if ore]
    return {
        "parts": [[label, wording.kroner(ore)] for label, ore in parts],
        "total": wording.kroner(owed.total_ore),
        "paid": wording.kroner(owed.paid_ore) if owed.paid_ore else "",
        "letter_fee": wording.kroner(letter.letter_fee_ore) if letter.letter_fee_ore else "",
        "interest_per_day": wording.kroner_a_day(owed.interest_per_day_ore)
        if owed.interest_per_day_ore
        else "",
        "rate": wording.percent(letter.rate.rate_percent) if letter.rate else "",
        "rate_from_on": wording.day(letter.rate.from_on) if letter.rate else "",
    }


def _claim(claim: ClaimLine) -> Sheet:
    started = claim.interest_from_on
    return {
        "invoice": code(claim.invoice_number, "invoice_number"),
        "issued_on": wording.short_day(claim.issued_on),
        "due_on": wording.short_day(claim.due_on),
        "description": free_text(claim.description, "description"),
        "principal": wording.amount(claim.principal_ore),
        "interest": wording.amount(claim.interest_ore),
        "interest_from_on": wording.short_day(started) if started else "\u2013",
    }


def _withdrawal(letter: WithdrawalLetter) -> Sheet:
    title = "Inkassosaken er trukket og avsluttet"
    numbers = [code(number, "invoice_number") for number in _limited(letter.invoice_numbers)]
    return {
        "title": title,
        "agency": agency_told(letter.agency),
        "recipient": _recipient(letter.debtor, "debtor"),
        "facts": _facts(letter),
        "running": f"{title}, saksnummer {code(letter.case_number, 'case_number')}",
        "reference": str(letter.letter_id),
        "creditor": name(letter.creditor_name, "creditor_name"),
        "withdrawn_on": wording.day(letter.withdrawn_on),
        "invoices": wording.series(tuple(numbers)),
        "invoice_count": len(numbers),
    }


def _settlement(letter: SettlementLetter) -> Sheet:
    return {
        "title": "Oppgjør",
        "agency": agency_told(letter.agency),
        "recipient": _recipient(letter.creditor, "creditor"),
        "facts": [
            ["Dato", wording.day(letter.settled_on)],
            ["Periode fra", wording.day(letter.period_from_on)],
            ["Periode til", wording.day(letter.period_to_on)],
        ],
        "running": f"Oppgjør {wording.day(letter.settled_on)}",
        "reference": str(letter.payout_id),
        "period": f"{wording.day(letter.period_from_on)} til {wording.day(letter.period_to_on)}",
        "paid_on": wording.day(letter.paid_on),
        "account": name(letter.account_masked, "account_masked", SHORT),
        "paid_out": wording.kroner(letter.paid_out_ore),
        "nothing_paid_out": letter.paid_out_ore == 0,
        "lines": [_line(line) for line in _limited(letter.lines)],
        "totals": _totals(letter.lines),
        "kinds": sorted({line.what for line in letter.lines}),
    }


def _line(line: SettlementLine) -> Sheet:
    carried = line.what == "carried_over"
    return {
        "what": WHAT[line.what],
        "case_number": free_text(line.case_number, "case_number", SHORT),
        "debtor": free_text(line.debtor_name, "debtor_name"),
        "invoice": free_text(line.invoice_number, "invoice_number", SHORT),
        "figures": ["" if carried else wording.amount(ore) for ore in _parts(line)]
        + [wording.amount(line.to_creditor_ore)],
    }


def _totals(lines: tuple[SettlementLine, ...]) -> list[str]:
    sums = [total(column) for column in zip(*map(_parts, lines), strict=True)]
    brought = total([line.to_creditor_ore for line in lines])
    return [wording.amount(ore) for ore in (*sums, brought)]


def _parts(line: SettlementLine) -> tuple[Ore, ...]:
    """The columns in print order; what is held back stands with a minus."""
    return (
        line.principal_ore,
        line.interest_ore,
        line.fees_ore,
        Ore(ZERO - line.vat_withheld_ore),
        Ore(ZERO - line.set_off_ore),
        line.salaer_ore,
    )


def _facts(letter: DemandLetter | WithdrawalLetter) -> list[list[str]]:
    facts = [
        ["Dato", wording.day(letter.sent_on)],
        ["Saksnummer", code(letter.case_number, "case_number")],
        ["Kreditor", name(letter.creditor_name, "creditor_name")],
    ]
    if letter.creditor_reference:
        reference = free_text(letter.creditor_reference, "creditor_reference", SHORT)
        facts.append(["Referanse", reference])
    return facts


def agency_told(agency: Agency) -> Sheet:
    """The sender, as letterhead and footer print it."""
    lines = [name(line, "agency.address_lines") for line in agency.address_lines]
    return {
        "name": name(agency.name, "agency.name"),
        "orgnr": wording.orgnr(agency.orgnr),
        "address": ", ".join(lines),
        "phone": name(agency.phone, "agency.phone", SHORT).replace(" ", wording.NBSP),
        "email": name(agency.email, "agency.email"),
        "website": name(agency.website, "agency.website"),
        "licence": name(agency.licence, "agency.licence", FREE_TEXT),
        "account": wording.account(agency.account),
    }


def _recipient(to: Addressee, field: str) -> list[str]:
    lines = [line for line in to.address_lines if line.strip()]
    if not 1 <= len(lines) <= MOST_ADDRESS_LINES:
        raise LetterError(f"{field}.address_lines must be 1 to {MOST_ADDRESS_LINES} lines")
    printed = [name(to.name, f"{field}.name")]
    printed += [name(line, f"{field}.address_lines") for line in lines]
    if to.country.strip().lower() not in AT_HOME:
        printed.append(name(to.country, f"{field}.country", SHORT).upper())
    return printed


def _limited(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if len(rows) > MOST_LINES:
        raise LetterError(f"a letter has room for {MOST_LINES} lines, not {len(rows)}")
    return rows
