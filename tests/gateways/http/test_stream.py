"""The stream of what happens: in order, one's own only, and resumed without a gap."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateways import following
from gateways.desk import cases
from gateways.durable.access import ApiKey
from gateways.http import stream
from gateways.http.access import Caller, Visit
from gateways.http.limits import Lanes
from gateways.http.stream import OF_A_KEY_MOST, Streams, followed
from tests.gateways.http.world import OTHERS, ApiWorld

pytestmark = pytest.mark.postgres

Line = dict[str, Any]


def lines_of(text: str) -> Iterator[Line]:
    for block in text.split("\n\n"):
        told = dict(each.split(": ", 1) for each in block.splitlines() if not each.startswith(":"))
        if "data" in told:
            yield {**told, "data": json.loads(told["data"])}


def read(api: ApiWorld, role: str = "creditor", after: str = "0:0", **query: Any) -> list[Line]:
    answer = api.get(
        "/v1/stream",
        role,
        params={"follow": False, **query},
        headers={"Last-Event-ID": after} if after else {},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return list(lines_of(answer.text))


def test_what_has_happened_comes_in_the_order_of_the_log(sql_api: ApiWorld) -> None:
    lines = read(sql_api)
    places = [int(line["id"].split(":")[1]) for line in lines]
    assert places == sorted(places)
    registered = next(line for line in lines if line["event"] == "case.registered")
    assert registered["data"]["case_number"] == sql_api.case().case_number
    assert registered["data"]["what"].startswith(f"Sak {sql_api.case().case_number}")


def test_a_creditor_sees_its_own_and_the_agency_all(sql_api: ApiWorld) -> None:
    ours = str(sql_api.creditor().creditor_id)
    assert {line["data"]["creditor_id"] for line in read(sql_api)} == {ours}
    everybody = {line["data"]["creditor_id"] for line in read(sql_api, "case_handler")}
    assert everybody == {ours, str(sql_api.creditor(OTHERS).creditor_id)}


def test_nobodys_name_is_in_it(sql_api: ApiWorld) -> None:
    told = json.dumps(read(sql_api, "case_handler"), ensure_ascii=False)
    assert "Kunde av" not in told


def test_whoever_comes_back_goes_on_where_it_was(sql_api: ApiWorld) -> None:
    everything = read(sql_api)
    for place, line in enumerate(everything):
        rest = read(sql_api, after=line["id"])
        assert [each["data"]["event_id"] for each in rest] == [
            each["data"]["event_id"] for each in everything[place + 1 :]
        ]


def test_without_a_place_it_begins_with_what_happens_next(sql_api: ApiWorld) -> None:
    assert read(sql_api, after="") == []


def test_only_the_types_that_are_wanted_come(sql_api: ApiWorld) -> None:
    lines = read(sql_api, types=["case.reg", "creditor."])
    assert all(line["event"].startswith(("case.reg", "creditor.")) for line in lines)
    assert any(line["event"] == "case.registered" for line in lines)


@pytest.mark.parametrize("words", ["x", "1", "0:x", "0:-1", "-1:0", "0:1,", "9" * 3000])
def test_a_place_that_is_none_is_told(sql_api: ApiWorld, words: str) -> None:
    answer = sql_api.get("/v1/stream?follow=false", headers={"Last-Event-ID": words})
    assert (answer.status_code, answer.json()["code"]) == (400, "place_invalid")


def test_windows_that_hold_nothing_of_ones_own_are_passed(
    sql_api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(sql_api, "other creditor")
    monkeypatch.setattr(following, "WINDOW", 2)
    monkeypatch.setattr("projections.views.happenings.WINDOW", 2)
    assert read(sql_api, "other creditor") == whole


def visit_of(api: ApiWorld, key: ApiKey) -> Visit:
    caller = Caller(key.key_id, key.actor, key.role, key.creditor_ids)
    return Visit(
        office=api.office,
        caller=caller,
        request_id=uuid4(),
        correlation=None,
        method="GET",
        path="/v1/stream",
        route="GET /v1/stream",
        allow_synthetic=False,
        lanes=Lanes(),
        local_webhooks=False,
    )


def key_of(api: ApiWorld, label: str = "test adviser") -> ApiKey:
    return next(key for key in api.office.durable.access.all_keys() if key.label == label)


def test_what_happens_while_one_listens_comes_at_once(sql_api: ApiWorld) -> None:
    key, streams = key_of(sql_api), Streams()
    streams.enter(key.key_id)

    async def listen() -> bytes:
        places = {0: sql_api.office.runner.index.meta(0).nid}
        lines = followed(visit_of(sql_api, key), places, ("case.paused",), streams)
        assert (await anext(lines)).startswith(b"retry:")
        waiting = asyncio.ensure_future(anext(lines))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await asyncio.to_thread(
            cases.pause, sql_api.office, sql_api.case(), "venter", sql_api.world.by
        )
        line = await asyncio.wait_for(waiting, 10)
        await lines.aclose()
        return line

    (line,) = lines_of(asyncio.run(listen()).decode())
    assert (line["event"], UUID(line["data"]["case_id"])) == (
        "case.paused",
        sql_api.case().case_id,
    )


def test_a_revoked_key_hears_no_more(sql_api: ApiWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.05)
    key, streams = key_of(sql_api), Streams()
    streams.enter(key.key_id)

    async def listen() -> list[bytes]:
        places = {0: sql_api.office.runner.index.meta(0).nid}
        heard = []
        async for line in followed(visit_of(sql_api, key), places, ("",), streams):
            heard.append(line)
            if line.startswith(b": "):
                sql_api.office.durable.access.revoke(key.key_id, sql_api.office.clock.now())
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(), 10))
    assert [line[:2] for line in heard] == [b"re", b": "]
    streams.enter(key.key_id)  # it has left


def test_a_key_has_so_many_streams_and_no_more(sql_api: ApiWorld) -> None:
    streams: Streams = sql_api.client.app.state.streams  # type: ignore[attr-defined]  # it is ours
    for _ in range(OF_A_KEY_MOST):
        streams.enter(key_of(sql_api).key_id)
    answer = sql_api.get("/v1/stream?follow=false", "adviser")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    streams.leave(key_of(sql_api).key_id)
    assert sql_api.get("/v1/stream?follow=false", "adviser").status_code == 200
