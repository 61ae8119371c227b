"""Webhooks: signed, told at least once, logged; nobody else's, and nowhere they must not go."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from typing_extensions import override

from gateways.desk import cases
from gateways.durable.webhooks import PAUSES
from gateways.webhooks.courier import Courier, delivering
from gateways.webhooks.target import UnreachableError, found
from tests.gateways.http.world import ApiWorld

URL = "https://portal.example.no/kravspor"


@dataclass
class Receiver:
    """A real server that takes what is posted, and answers as it is told to."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    had: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.had.append((headers, body))
        self.came.set()
        return self.answers.pop(0) if self.answers else 204


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who listens on this machine."""
    made = Receiver()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(made.take(dict(self.headers), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    made.url = f"http://127.0.0.1:{server.server_port}/in"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def add(api: ApiWorld, url: str = URL, role: str = "creditor", **more: Any) -> Any:
    return api.post("/v1/webhooks", {"url": url, **more}, role)


@pytest.fixture
def local(sql_api: ApiWorld) -> ApiWorld:
    """An API that lets webhooks go to this machine."""
    sql_api.client.app.state.local_webhooks = True  # type: ignore[attr-defined]  # it is ours
    return sql_api


def courier(api: ApiWorld) -> Courier:
    return Courier(api.office, local=True)


def pause(api: ApiWorld, reason: str = "venter") -> None:
    cases.pause(api.office, api.case(), reason, api.world.by)


def later(api: ApiWorld, by: timedelta) -> None:
    api.world.clock.at += by


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://portal.example.no/", "webhook_url_not_tls"),
        ("https://127.0.0.1/", "webhook_url_private"),
        ("https://10.0.0.7/x", "webhook_url_private"),
        ("https://169.254.169.254/latest", "webhook_url_private"),
        ("https://[::1]/", "webhook_url_private"),
        ("https://localhost/", "webhook_url_private"),
        ("https://me:secret@portal.example.no/", "webhook_url_invalid"),
        ("https://portal.example.no:x/", "webhook_url_invalid"),
        ("ftp://portal.example.no/", "webhook_url_invalid"),
        ("https:///x", "webhook_url_invalid"),
        ("nowhere", "webhook_url_invalid"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused(api: ApiWorld, url: str, code: str) -> None:
    answer = add(api, url)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_public_name_of_an_inner_machine_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inner)
    with pytest.raises(UnreachableError, match="private"):
        found(URL, local=False)


def test_the_secret_is_shown_once_and_the_same_key_makes_no_second_webhook(api: ApiWorld) -> None:
    headers = {"Idempotency-Key": "one-and-the-same"}
    first = api.post("/v1/webhooks", {"url": URL}, headers=headers).json()
    again = api.post("/v1/webhooks", {"url": URL}, headers=headers).json()
    assert first == again
    assert first["secret"].startswith("whsec_")
    (listed,) = api.get("/v1/webhooks").json()["webhooks"]
    assert "secret" not in listed
    other = api.post("/v1/webhooks", {"url": f"{URL}/2"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_nobody_else_sees_or_changes_a_webhook(api: ApiWorld) -> None:
    hook = add(api).json()["webhook_id"]
    assert api.get("/v1/webhooks", "other creditor").json() == {"webhooks": []}
    for method, path in (
        ("DELETE", f"/v1/webhooks/{hook}"),
        ("POST", f"/v1/webhooks/{hook}/rotate"),
        ("POST", f"/v1/webhooks/{hook}/start"),
        ("GET", f"/v1/webhooks/{hook}/deliveries"),
    ):
        answer = api.ask(method, path, "other creditor")
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_unknown")
    assert len(api.get("/v1/webhooks", "operator").json()["webhooks"]) == 1


def test_a_key_has_so_many_webhooks_and_no_more(api: ApiWorld) -> None:
    for number in range(10):
        assert add(api, f"{URL}/{number}").status_code == 200
    answer = add(api)
    assert (answer.status_code, answer.json()["code"]) == (422, "webhooks_too_many")


@pytest.mark.postgres
def test_what_happens_is_told_signed_and_names_nobody(
    local: ApiWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = add(local, receiver.url, types=["case.paused"]).json()
    pause(local)

    done = courier(local).round()

    assert (done.gathered, done.delivered, done.refused) == (1, 1, 0)
    ((headers, body),) = receiver.had
    monkeypatch.setattr(
        "standardwebhooks.webhooks.Webhook._Webhook__verify_timestamp",
        lambda *_: local.office.clock.now(),
    )
    told = Verifier(hook["secret"]).verify(body, headers)
    assert (told["type"], told["data"]["case_id"]) == (
        "case.paused",
        str(local.case().case_id),
    )
    assert b"Kunde av" not in body
    (line,) = local.get(f"/v1/webhooks/{hook['webhook_id']}/deliveries").json()["deliveries"]
    assert (line["state"], line["answer"], line["attempts"]) == ("delivered", "204", 1)


@pytest.mark.postgres
def test_another_creditors_events_are_never_told(local: ApiWorld, receiver: Receiver) -> None:
    add(local, receiver.url, "other creditor")
    pause(local)
    assert courier(local).round().gathered == 0
    assert receiver.had == []


@pytest.mark.postgres
def test_what_was_refused_is_told_again_later_with_the_same_id(
    local: ApiWorld, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 200]
    add(local, receiver.url, types=["case.paused"])
    pause(local)
    sender = courier(local)

    assert sender.round().refused == 1
    assert sender.round().refused == 0, "not before its time"
    later(local, PAUSES[0])
    assert sender.round().refused == 1, "nobody is followed elsewhere"
    later(local, PAUSES[1])
    assert sender.round().delivered == 1
    later(local, timedelta(days=9))
    assert sender.round().delivered == 0
    ids = {headers["webhook-id"] for headers, _ in receiver.had}
    assert (len(receiver.had), len(ids)) == (3, 1)


@pytest.mark.postgres
def test_after_all_tries_it_is_given_up_and_may_be_asked_for(
    local: ApiWorld, receiver: Receiver
) -> None:
    hook = add(local, receiver.url, types=["case.paused"]).json()["webhook_id"]
    pause(local)
    receiver.answers = [503] * (len(PAUSES) + 1)
    for pause_before in (timedelta(0), *PAUSES):
        later(local, pause_before)
        courier(local).round()
        local.post(f"/v1/webhooks/{hook}/start")
    log = f"/v1/webhooks/{hook}/deliveries"
    (line,) = local.get(log).json()["deliveries"]
    assert (line["state"], line["attempts"]) == ("given_up", len(PAUSES) + 1)

    assert local.post(f"{log}/{line['event_id']}").status_code == 200
    assert courier(local).round().delivered == 1
    unknown = local.post(f"{log}/{UUID(int=0)}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "delivery_unknown")


@pytest.mark.postgres
def test_who_wants_nothing_more_is_left_alone_and_misses_nothing_when_started_again(
    local: ApiWorld, receiver: Receiver
) -> None:
    receiver.answers = [410]
    hook = add(local, receiver.url, types=["case."]).json()["webhook_id"]
    pause(local)
    courier(local).round()
    assert local.get("/v1/webhooks").json()["webhooks"][0]["stopped_at"]
    cases.resume(local.office, local.case(), local.world.by)
    later(local, timedelta(days=1))
    assert courier(local).round().gathered == 0

    local.post(f"/v1/webhooks/{hook}/start")
    courier(local).round()

    types = [json.loads(body)["type"] for _, body in receiver.had]
    assert types == ["case.paused", "case.paused", "case.resumed"]


@pytest.mark.postgres
def test_a_webhook_hears_in_the_order_of_the_log_and_no_more_after_a_call_that_failed(
    local: ApiWorld, receiver: Receiver
) -> None:
    add(local, receiver.url, types=["case."])
    for _ in range(6):
        pause(local)
        cases.resume(local.office, local.case(), local.world.by)
    receiver.answers = [204, 204, 503]
    first = courier(local).round()
    second = courier(local).round()

    places = [json.loads(body)["data"]["place"] for _, body in receiver.had]
    nids = [int(place.split(":")[1]) for place in places]
    assert (first.delivered, first.refused, second.delivered, second.refused) == (2, 1, 9, 0)
    assert nids == sorted(nids)
    later(local, PAUSES[0])
    assert courier(local).round().delivered == 1
    assert json.loads(receiver.had[-1][1])["data"]["place"] == places[2]


@pytest.mark.postgres
def test_a_removed_webhook_and_a_revoked_key_hear_nothing(
    local: ApiWorld, receiver: Receiver
) -> None:
    hook = add(local, receiver.url).json()["webhook_id"]
    add(local, receiver.url, "adviser")
    assert local.ask("DELETE", f"/v1/webhooks/{hook}").status_code == 200
    access = local.office.durable.access
    (adviser,) = [key for key in access.all_keys() if key.label == "test adviser"]
    access.revoke(adviser.key_id, local.office.clock.now())
    pause(local)
    courier(local).round()
    assert receiver.had == []


@pytest.mark.postgres
def test_the_log_is_read_page_by_page(local: ApiWorld, receiver: Receiver) -> None:
    hook = add(local, receiver.url).json()["webhook_id"]
    for number in range(3):
        pause(local, f"venter {number}")
        cases.resume(local.office, local.case(), local.world.by)
        later(local, timedelta(seconds=1))
        courier(local).round()
    log = f"/v1/webhooks/{hook}/deliveries"
    whole = local.get(log).json()["deliveries"]
    pages, mark = [], None
    while True:
        page = local.get(log, params={"limit": 2, **({"after": mark} if mark else {})}).json()
        pages += page["deliveries"]
        if not (mark := page["next"]):
            break
    assert (pages, len(pages)) == (whole, 6)
    for edited in ("x", "AAAA", "é"):
        answer = local.get(log, params={"after": edited})
        assert (answer.status_code, answer.json()["code"]) == (400, "page_invalid")


@pytest.mark.postgres
def test_a_courier_that_runs_tells_at_once(local: ApiWorld, receiver: Receiver) -> None:
    add(local, receiver.url, types=["case.paused"])
    with delivering(courier(local), local.office):
        pause(local)
        assert receiver.came.wait(20)
    assert len(receiver.had) == 1


@pytest.mark.postgres
def test_two_couriers_do_not_tell_the_same_twice(local: ApiWorld, receiver: Receiver) -> None:
    add(local, receiver.url, types=["case."])
    for number in range(4):
        pause(local, f"{number}")
        cases.resume(local.office, local.case(), local.world.by)
    senders = [threading.Thread(target=courier(local).round) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    courier(local).round()
    ids = [headers["webhook-id"] for headers, _ in receiver.had]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 8
