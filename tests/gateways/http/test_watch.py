"""Watched from outside: alive, ready, and every figure."""

import re

import psycopg
import pytest

from gateways.desk import cases
from tests.gateways.http.world import ApiWorld

FIGURE = re.compile(r"^(kravspor_\w+)(\{[^}]*\})? (\S+)$", re.MULTILINE)


def figures(told: str) -> dict[str, float]:
    return {name + labels: float(value) for name, labels, value in FIGURE.findall(told)}


def test_who_starts_and_stops_processes_needs_no_key(api: ApiWorld) -> None:
    assert api.client.get("/livez").text == "alive\n"
    ready = api.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "why": []})


def test_the_figures_are_for_those_who_run_the_house(api: ApiWorld) -> None:
    assert api.client.get("/metrics").status_code == 401
    told = {role: api.get("/metrics", role).status_code for role in api.secrets}
    allowed = {role for role, status in told.items() if status == 200}
    assert allowed == {"operator", "auditor"}
    assert {status for role, status in told.items() if role not in allowed} == {403}


def test_a_strangers_words_are_no_label(api: ApiWorld) -> None:
    api.client.request("BREW", "/v1/pot-of-ola-nordmann")
    told = api.get("/metrics", "operator").text
    assert "BREW" not in told
    assert "nordmann" not in told
    assert 'method="other"' in told


@pytest.mark.postgres
def test_the_figures_tell_where_the_log_stands_and_that_no_money_lacks(sql_api: ApiWorld) -> None:
    cases.pause(sql_api.office, sql_api.case(), "venter", sql_api.world.by)
    told = figures(sql_api.get("/metrics", "operator").text)

    assert told['kravspor_log_end{shard="0"}'] == told['kravspor_runner_position{shard="0"}'] > 0
    assert told['kravspor_lag_records{shard="0"}'] == 0
    assert told['kravspor_lag_seconds{shard="0"}'] == 0
    assert told['kravspor_shard_halted{shard="0"}'] == 0
    assert told["kravspor_ledger_unbalanced_ore"] == 0
    assert told["kravspor_client_money_missing_ore"] == 0
    assert told["kravspor_due_steps_not_taken"] >= 1
    assert told["kravspor_verdict_seconds_count"] > 0


@pytest.mark.postgres
def test_a_shard_that_stands_still_is_seen_from_outside(sql_api: ApiWorld, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE kravspor_index.log_meta SET halted_offset = 7, halted_reason = 'nonsense'"
        )
    ready = sql_api.client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["why"] == ["shard 0 is halted at offset 7"]
    told = figures(sql_api.get("/metrics", "operator").text)
    assert told['kravspor_shard_halted{shard="0"}'] == 1
