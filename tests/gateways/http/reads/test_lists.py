"""Lists over HTTP: pages, cursors, files, tags and positions, and nobody else's rows."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from events.money import Ore
from gateways.desk import contacts, invoices, payments
from gateways.desk.asking import By
from gateways.desk.contacts import Contact
from gateways.desk.looked import words_of
from gateways.desk.payments import Paid
from gateways.http.reads import lists
from gateways.http.reads.headings import HEADINGS
from projections import case_list
from tests.gateways.desk.world import csv_of, row
from tests.gateways.http.world import OTHERS, OURS, ApiWorld

pytestmark = pytest.mark.postgres

LISTS = (
    "/v1/cases",
    "/v1/approvals",
    "/v1/follow-ups",
    "/v1/invoices",
    "/v1/candidates",
    "/v1/candidates/invoices",
    "/v1/payments",
    "/v1/payouts",
    "/v1/creditors",
    "/v1/debtors",
    "/v1/activities",
    "/v1/documents",
)
FIRST = 5000
NAMES = ("Åse Aas", "Zoë Berg", "Ærlig Dahl", "Øyvind Ek", "Anne =SUM(1)", "=HYPERLINK(1)")


def more_cases(api: ApiWorld, creditor: str = OURS, first: int = FIRST) -> None:
    """A case for each name, of one creditor; another first number is other people."""
    numbered = "" if first == FIRST else f" {first}"
    rows = [
        row(str(first + at), creditor=creditor, name=name + numbered, amount=f"{at + 1}00,50")
        for at, name in enumerate(NAMES)
    ]
    found = invoices.take_in(
        api.office, csv_of(*rows), "more.csv", today=api.world.today, actor="user:kari"
    )
    assert len(found.cases) == len(NAMES)


def walked(api: ApiWorld, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = api.get(path, params={**params, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return found


def lines_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_every_list_answers_in_three_forms_that_hold_the_same(sql_api: ApiWorld) -> None:
    more_cases(sql_api)
    for path in LISTS:
        items = walked(sql_api, path, limit=3)
        told = lines_of(sql_api.get(f"{path}.csv").content)
        sheet = CalamineWorkbook.from_filelike(
            io.BytesIO(sql_api.get(f"{path}.xlsx").content)
        ).get_sheet_by_index(0)

        assert len(told) == len(items) == max(0, len(sheet.to_python()) - 1), path
        for item, line in zip(items, told, strict=True):
            assert set(line) == {HEADINGS[name] for name in item}, path
            for name, value in item.items():
                if name.endswith("_ore"):
                    kroner = line[HEADINGS[name]].replace(",", "")
                    assert int(kroner) == value, (path, name)
                elif name.endswith("_id"):
                    assert line[HEADINGS[name]] == (value or ""), (path, name)


def test_a_file_is_what_is_filtered_and_sorted_and_no_cell_is_a_formula(
    sql_api: ApiWorld,
) -> None:
    more_cases(sql_api)
    asked = {"search": "sum", "sort": "total_ore", "descending": "true"}
    (found,) = sql_api.get("/v1/cases", params=asked).json()["items"]
    (line,) = lines_of(sql_api.get("/v1/cases.csv", params=asked).content)
    every = lines_of(sql_api.get("/v1/cases", headers={"Accept": "text/csv"}).content)

    assert line["Saksnummer"] == found["case_number"]
    assert line["Skyldig"] == "500,50"
    assert "'=HYPERLINK(1)" in {each["Skyldner"] for each in every}


def test_names_are_sorted_as_norwegians_sort_them_whatever_the_page(sql_api: ApiWorld) -> None:
    more_cases(sql_api)
    names = [
        item["debtor_name"] for item in walked(sql_api, "/v1/cases", sort="debtor_name", limit=2)
    ]

    letters = [name for name in names if name in NAMES and not name.startswith("=")]
    assert letters == ["Anne =SUM(1)", "Zoë Berg", "Ærlig Dahl", "Øyvind Ek", "Åse Aas"]


@pytest.mark.parametrize("descending", ["true", "false"])
def test_a_cursor_meets_every_case_once_though_more_come_meanwhile(
    sql_api: ApiWorld, descending: str
) -> None:
    more_cases(sql_api)
    before = {str(each.case_id) for each in sql_api.office.rows.find(case_list.TABLE)}
    mine = before - {str(sql_api.case(OTHERS).case_id)}
    for sort in ("case_number", "debtor_name", "total_ore", "status", "oldest_due_on"):
        asked = {"sort": sort, "descending": descending, "limit": 2}
        first = sql_api.get("/v1/cases", params=asked).json()
        if sort == "case_number":
            more_cases(sql_api, first=7000)
        seen = [item["case_id"] for item in first["items"]]
        cursor = first["next"]
        while cursor:
            page = sql_api.get("/v1/cases", params={**asked, "cursor": cursor}).json()
            seen += [item["case_id"] for item in page["items"]]
            cursor = page["next"]

        assert len(seen) == len(set(seen)), sort
        assert mine <= set(seen), sort


def test_a_cursor_that_was_edited_or_is_of_another_question_is_not_understood(
    sql_api: ApiWorld,
) -> None:
    more_cases(sql_api)
    cursor = sql_api.get("/v1/cases", params={"limit": 1}).json()["next"]
    other = "B" if cursor[10] == "A" else "A"
    wrong = [
        {"cursor": cursor[:10] + other + cursor[11:]},
        {"cursor": cursor, "sort": "total_ore"},
        {"cursor": cursor, "search": "berg"},
        {"cursor": "æ"},
        {"cursor": "AAAA"},
    ]
    for params in wrong:
        answer = sql_api.get("/v1/cases", params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), params
    anothers = sql_api.get("/v1/cases", "other creditor", params={"cursor": cursor})
    assert anothers.status_code == 400
    assert "Aas" not in cursor


def test_what_cannot_be_asked_is_not_understood(sql_api: ApiWorld) -> None:
    for asked in (
        {"limit": 0},
        {"limit": 501},
        {"limit": "many"},
        {"sort": "password"},
        {"statuz": "BETALT"},
        {"status": "GLEMT"},
        {"registered_from": "2026-02-30"},
        {"registered_from": "1754006400"},
        {"search": "a\0b"},
        {"search": "x" * 10_000},
        {"debtor": "1"},
        {"at_least": "0:1;DROP TABLE"},
    ):
        assert sql_api.get("/v1/cases", params=asked).status_code == 400, asked
    for search in ("' OR true --", "%", "_", "\\", "<script>"):
        assert sql_api.get("/v1/cases", params={"search": search}).json()["items"] == [], search


def test_a_creditor_is_shown_its_own_and_nothing_else_in_any_list(sql_api: ApiWorld) -> None:
    more_cases(sql_api, OTHERS, first=6000)
    theirs = sql_api.case(OTHERS)
    said = Contact(
        contacted_on=sql_api.world.today, kind="phone", direction="in", who="debtor", note="Hei"
    )
    contacts.record(sql_api.office, theirs, said, By("user:kari", sql_api.world.today))
    for path in LISTS:
        mine = sql_api.get(path, params={"limit": 500}).text
        asked_for = {"creditor": str(theirs.creditor_id)} if path != "/v1/creditors" else {}
        reached = sql_api.get(path, params=asked_for)

        for secret in (str(theirs.case_id), str(theirs.debtor_id), theirs.case_number, OTHERS):
            assert secret not in mine, path
            assert secret not in reached.text, path
    everything = sql_api.get("/v1/cases", "case_handler", params={"limit": 500}).text
    assert str(theirs.case_id) in everything


def test_what_is_unplaced_is_the_agencys_alone(sql_api: ApiWorld) -> None:
    assert sql_api.get("/v1/suspense").status_code == 403
    assert sql_api.get("/v1/suspense", "case_handler").json()["items"] == []
    assert sql_api.get("/v1/suspense.csv", "auditor").status_code == 200


def test_who_has_it_already_is_not_sent_it_again_until_something_happens(
    sql_api: ApiWorld,
) -> None:
    first = sql_api.get("/v1/cases")
    tag = first.headers["etag"]
    again = sql_api.get("/v1/cases", headers={"If-None-Match": tag})
    others = sql_api.get("/v1/cases", "other creditor", headers={"If-None-Match": tag})
    more_cases(sql_api)
    moved = sql_api.get("/v1/cases", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert (others.status_code, moved.status_code) == (200, 200)
    assert first.headers["kravspor-position"] == first.json()["position"]
    assert moved.headers["etag"] != tag


def test_a_read_waits_for_the_position_it_was_given_and_no_longer(sql_api: ApiWorld) -> None:
    case = sql_api.case()
    answer = sql_api.post(f"/v1/cases/{case.case_id}/pause", {"reason": "ring"})
    position = answer.headers["kravspor-position"]
    shown = sql_api.get("/v1/cases", params={"at_least": position, "group": "på vent"})
    beyond = sql_api.get("/v1/cases", params={"at_least": "7:1"})

    assert [item["case_id"] for item in shown.json()["items"]] == [str(case.case_id)]
    assert (beyond.status_code, beyond.json()["code"]) == (412, "position_not_reached")
    assert int(beyond.headers["retry-after"]) >= 1


def test_whoever_is_named_in_a_list_to_one_of_the_agency_is_recorded(sql_api: ApiWorld) -> None:
    sql_api.world.day()
    case = sql_api.case()
    said = Paid(
        amount_ore=Ore(1000),
        ordered_on=sql_api.world.today,
        received_on=sql_api.world.today,
        reference="1",
    )
    payments.book_by_hand(sql_api.office, case, said, sql_api.world.by)
    named = set()
    for path in (*LISTS, "/v1/dashboard"):
        before = len(sql_api.office.durable.access.about(case.debtor_id))
        told = sql_api.get(path, "case_handler").text
        if "Kunde av 1001" in told:
            named.add(path)
            lines = sql_api.office.durable.access.about(case.debtor_id)
            assert len(lines) == before + 1, path
            assert words_of(lines[0].route) != lines[0].route, "in plain words for the person"

    assert named >= {"/v1/cases", "/v1/payments", "/v1/activities", "/v1/documents", "/v1/debtors"}


def test_a_file_of_many_pages_holds_each_row_once(
    sql_api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_cases(sql_api)
    monkeypatch.setattr(lists, "ROWS_AT_ONCE", 2)
    for sort in ("debtor_name", "total_ore"):
        asked = {"sort": sort, "descending": "true"}
        items = walked(sql_api, "/v1/cases", **asked)
        lines = lines_of(sql_api.get("/v1/cases.csv", params=asked).content)

        assert [line["Saksnummer"] for line in lines] == [each["case_number"] for each in items]


def test_what_one_of_the_agency_is_shown_in_a_list_is_recorded(sql_api: ApiWorld) -> None:
    case = sql_api.case()
    for path in ("/v1/cases", "/v1/cases.csv"):
        before = len(sql_api.office.durable.access.about(case.debtor_id))
        sql_api.get(path, "case_handler")
        lines = sql_api.office.durable.access.about(case.debtor_id)

        assert len(lines) == before + 1, path
        assert lines[0].route == f"GET {path}"
        assert words_of(lines[0].route).startswith("Liste over saker")
    sql_api.get("/v1/cases")
    assert len(sql_api.office.durable.access.about(case.debtor_id)) == 2


def test_facets_count_what_the_list_shows(sql_api: ApiWorld) -> None:
    more_cases(sql_api)
    told = sql_api.get("/v1/cases/facets").json()
    whole = next(each for each in told if each["facet"] == "all")
    groups = {each["value"]: each["case_count"] for each in told if each["facet"] == "group"}

    assert whole["case_count"] == len(walked(sql_api, "/v1/cases"))
    for group, count in groups.items():
        assert len(walked(sql_api, "/v1/cases", group=group)) == count


def test_a_status_is_told_for_the_day_that_is_asked_for(sql_api: ApiWorld) -> None:
    later = {"as_of": date(2031, 1, 1).isoformat()}
    today = {item["status"] for item in walked(sql_api, "/v1/cases")}
    then = {item["status"] for item in walked(sql_api, "/v1/cases", **later)}

    assert today <= {"REGISTRERT", "INKASSOVARSEL"}
    assert "INKASSOVARSEL" not in then
