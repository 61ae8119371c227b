"""What the process tells of what it serves: ids and codes, nobody's name and nobody's secret."""

import json
from io import StringIO

from gateways.cli.log_lines import log_to
from gateways.http.app import create_app
from tests.gateways.http.world import ROOMY, ApiWorld, TestClient

NAMES = ("Ola", "Nordmann", "Storgata 99", "ola@example.no", "90000001", "Hemmelig samtale")


def logged(api: ApiWorld) -> StringIO:
    """A log of the API from now on."""
    stream = StringIO()
    app = create_app(api.office, limits=ROOMY, log=log_to(stream, "debug"))
    api.client = TestClient(app, raise_server_exceptions=True)
    return stream


def test_no_name_and_no_secret_stands_in_the_log_whatever_is_sent(api: ApiWorld) -> None:
    log, at = logged(api), f"/v1/cases/{api.case().case_id}"
    told = {"name": NAMES[0], "address": NAMES[2], "email": NAMES[3], "mobile": NAMES[4]}
    answers = [
        api.post(f"{at}/debtor", told),
        api.post(f"{at}/pause", {"reason": NAMES[5]}),
        api.post(f"{at}/pause", {"reason": NAMES[5], NAMES[1]: 1}),
        api.post(f"{at}/pause", {"reason": 1.5}),
        api.post(f"/v1/{NAMES[1]}"),
        api.get("/v1/me", headers={"Authorization": f"Bearer {NAMES[1]}"}),
        api.get(f"/v1/me?q={NAMES[1]}"),
    ]
    said = log.getvalue()

    assert [answer.status_code for answer in answers] == [200, 200, 400, 400, 404, 401, 200]
    assert len(said.splitlines()) == len(answers)
    assert [name for name in (*NAMES, *api.secrets.values()) if name in said] == []


def test_each_line_names_the_request_and_whoever_asked(api: ApiWorld) -> None:
    log = logged(api)
    answer = api.get("/v1/me")
    line = json.loads(log.getvalue())

    assert line["event"] == "http.served"
    assert line["request_id"] == answer.headers["kravspor-request-id"]
    assert (line["route"], line["status"]) == ("/v1/me", 200)
    assert line["actor"] == answer.json()["actor"]
