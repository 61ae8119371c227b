"""Who may do what, written down by hand: a new route without a line here fails."""

from dataclasses import dataclass, field
from typing import Any

CREDITORS = frozenset({"creditor", "adviser"})
WORKERS = frozenset({"case_handler", "operator"})
WRITERS = CREDITORS | WORKERS
ALL = WRITERS | {"auditor"}
OWNERS = CREDITORS | {"operator"}
AGENCY = WORKERS | {"auditor"}
AUDITORS = frozenset({"auditor", "operator"})


@dataclass(frozen=True)
class Right:
    """Who may use a route; `body` or `file` is what is sent, well formed.

    `nobodys` names ids of the path that are of nothing there is, so that the answer is 404;
    `query` is asked with.
    """

    roles: frozenset[str]
    body: Any = None
    file: bytes | None = None
    nobodys: frozenset[str] = field(default_factory=frozenset)
    query: str = ""


DAY = "2026-08-03"
INVOICE = {
    "invoice_number": "77",
    "issued_on": "2026-07-01",
    "due_on": "2026-07-15",
    "amount_ore": 1000,
    "debtor_name": "Ola",
    "address": "Gata 1",
    "postcode": "0150",
    "creditor": "1",
}
TALK = {
    "contacted_on": DAY,
    "kind": "phone",
    "direction": "in",
    "who": "debtor",
    "note": "Lover å betale",
}
NOBODYS_CASE = "0d3c3d7a-6d55-4b3e-8a2f-9d0a3c1a7f11"
CSV = b"Kreditor;Navn\n1;Ola\n"

RIGHTS: dict[str, Right] = {
    "GET /v1/me": Right(ALL),
    "POST /v1/webhooks": Right(OWNERS, {"url": "https://portal.example.no/in"}),
    "GET /v1/webhooks": Right(OWNERS),
    "DELETE /v1/webhooks/{webhook_id}": Right(OWNERS, nobodys=frozenset({"webhook_id"})),
    "POST /v1/webhooks/{webhook_id}/rotate": Right(OWNERS, nobodys=frozenset({"webhook_id"})),
    "POST /v1/webhooks/{webhook_id}/start": Right(OWNERS, nobodys=frozenset({"webhook_id"})),
    "GET /v1/webhooks/{webhook_id}/deliveries": Right(OWNERS, nobodys=frozenset({"webhook_id"})),
    "POST /v1/webhooks/{webhook_id}/deliveries/{event_id}": Right(
        OWNERS, nobodys=frozenset({"webhook_id"})
    ),
    "GET /v1/stream": Right(ALL, query="?follow=false"),
    "GET /v1/outcomes/{commit_id}": Right(ALL, nobodys=frozenset({"commit_id"})),
    "POST /v1/cases/{case_id}/pause": Right(WRITERS, {"reason": "ring"}),
    "POST /v1/cases/{case_id}/resume": Right(WRITERS),
    "POST /v1/cases/{case_id}/withdraw": Right(WRITERS, {"channel": "letter"}),
    "POST /v1/cases/{case_id}/write-off": Right(WRITERS),
    "POST /v1/cases/{case_id}/reopen": Right(WRITERS),
    "POST /v1/cases/{case_id}/approval": Right(WRITERS, {"approved": True}),
    "POST /v1/cases/{case_id}/objections": Right(WRITERS, {"reason": "Ikke levert"}),
    "POST /v1/cases/{case_id}/objections/answer": Right(
        WRITERS, {"answer": "upheld"}, nobodys=frozenset({"objection"})
    ),
    "POST /v1/cases/{case_id}/contacts": Right(WRITERS, TALK),
    "POST /v1/cases/{case_id}/direct-payments": Right(
        WRITERS, {"amount_ore": 100, "paid_on": DAY}
    ),
    "POST /v1/cases/{case_id}/payments": Right(
        WORKERS, {"amount_ore": 100, "paid_on": DAY, "reference": "1"}
    ),
    "POST /v1/cases/{case_id}/refunds": Right(WORKERS, {}),
    "POST /v1/cases/{case_id}/letters/returned": Right(WORKERS, {}, nobodys=frozenset({"letter"})),
    "POST /v1/cases/{case_id}/letters/{letter_id}/resolve": Right(
        WORKERS, {"sent": True}, nobodys=frozenset({"letter_id"})
    ),
    "POST /v1/cases/{case_id}/debtor": Right(WRITERS, {"email": "ola@example.no"}),
    "POST /v1/cases/{case_id}/export": Right(AUDITORS),
    "POST /v1/creditors/{creditor_id}/export": Right(AUDITORS),
    "POST /v1/creditors": Right(WORKERS, {"name": "Ny AS"}),
    "POST /v1/creditors/{creditor_id}/details": Right(WRITERS, {"email": "a@example.no"}),
    "POST /v1/creditors/{creditor_id}/terms": Right(
        WRITERS, {"version": "2", "accepted_by": "daglig leder"}
    ),
    "POST /v1/creditors/{creditor_id}/agreements": Right(WORKERS, {"valid_from": DAY}),
    "POST /v1/creditors/{creditor_id}/payout-account": Right(WRITERS, {"account": "12345678911"}),
    "POST /v1/creditors/{creditor_id}/payout-account/answer": Right(WORKERS, {"approved": True}),
    "POST /v1/invoices": Right(WRITERS, {"invoices": [INVOICE]}),
    "POST /v1/invoices/file": Right(WRITERS, file=CSV),
    "POST /v1/payments/file": Right(WORKERS, file=b"NY000010"),
    "POST /v1/payouts/report": Right(WORKERS, file=b"<Document/>"),
    "POST /v1/payouts/{payout_id}/confirm": Right(WORKERS, nobodys=frozenset({"payout_id"})),
    "POST /v1/payouts/{payout_id}/reject": Right(
        WORKERS, {"reason": "AC04"}, nobodys=frozenset({"payout_id"})
    ),
    "POST /v1/suspense/{payment_id}/match": Right(
        WORKERS,
        {"case_id": NOBODYS_CASE},
        nobodys=frozenset({"payment_id"}),
    ),
    "POST /v1/suspense/{payment_id}/refund": Right(WORKERS, nobodys=frozenset({"payment_id"})),
}
LISTS = (
    *("/cases", "/approvals", "/follow-ups", "/invoices", "/candidates", "/candidates/invoices"),
    *("/payments", "/payouts", "/creditors", "/debtors", "/activities", "/documents"),
    "/cash-flow",
)
FORMS = ("", ".csv", ".xlsx")
PAYOUT = frozenset({"payout_id"})
RIGHTS |= {
    **{f"GET /v1{path}{form}": Right(ALL) for path in LISTS for form in FORMS},
    **{f"GET /v1/suspense{form}": Right(AGENCY) for form in FORMS},
    **{f"GET /v1/payouts/{{payout_id}}/lines{f}": Right(ALL, nobodys=PAYOUT) for f in FORMS},
    "GET /v1/payouts/{payout_id}": Right(ALL, nobodys=PAYOUT),
    "GET /v1/payouts/{payout_id}/letter.pdf": Right(ALL, nobodys=PAYOUT),
    "GET /v1/documents/{letter_id}/content": Right(ALL, nobodys=frozenset({"letter_id"})),
    "GET /v1/cases/facets": Right(ALL),
    "GET /v1/dashboard": Right(ALL),
    "GET /v1/creditors/{creditor_id}": Right(ALL),
    "GET /v1/debtors/{debtor_id}": Right(ALL),
    "GET /v1/cases/{case_id}": Right(ALL),
    "GET /v1/cases/{case_id}/balance": Right(ALL),
    "GET /v1/cases/{case_id}/statement": Right(ALL),
    "GET /v1/cases/{case_id}/timeline": Right(ALL),
    "GET /v1/cases/{case_id}/contacts": Right(ALL),
    "GET /v1/cases/{case_id}/events": Right(AGENCY),
    "GET /v1/access": Right(frozenset({"auditor"})),
    "GET /v1/cases/{case_id}/as-at": Right(AGENCY),
    "GET /v1/cases/{case_id}/diff": Right(AGENCY, query=f"?from_effective={DAY}"),
    "GET /v1/cases/{case_id}/why": Right(ALL),
    "GET /v1/events/{event}/causes": Right(AGENCY, nobodys=frozenset({"event"})),
}
