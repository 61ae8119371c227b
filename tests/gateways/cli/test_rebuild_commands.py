"""Read models made again by command: beside those that serve, told of, and taken back."""

import psycopg
import pytest

from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres


@pytest.fixture
def worked(house: House) -> House:
    """A house with a case and a letter out."""
    house.run("import", house.file(row()))
    house.run("work", "--day", str(TODAY), today=False)
    return house


def by_hand(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_all_are_made_again_compared_and_taken_back(worked: House) -> None:
    code, told = worked.run("replay", "rebuild", today=False)
    assert (code, "the new tables serve now" in told) == (0, True)
    back = worked.json("replay", "rebuild", "--back", "balance", today=False)
    assert (back["tables"], back["switched"], back["difference_count"]) == (["balance"], True, 0)
    assert worked.run("replay", "verify")[0] == 0
    assert "kept__case_list_v1" in worked.run("replay", "drop-kept", today=False)[1]
    code, refused = worked.run("replay", "rebuild", "--back", today=False)
    assert (code, refused.splitlines()[-1]) == (1, "refused: nothing_kept")


def test_rows_that_differ_are_told_and_stay_when_that_is_asked(
    worked: House, database: str
) -> None:
    by_hand(database, "UPDATE kravspor_index.balance_v1 SET total_ore = 1")
    words = ("replay", "rebuild", "balance")
    stopped = worked.json(*words, "--if-different", "stop", today=False)
    columns = {(each["table"], each["column"]) for each in stopped["differences"]}
    assert not stopped["switched"]
    assert stopped["difference_count"] == len(stopped["differences"])
    # What is counted of the rows is told too, where it is not what they come to.
    assert ("balance_v1", "total_ore") in columns
    assert {table for table, _ in columns if table.startswith("balance")} == {"balance_v1"}
    assert worked.run(*words, "--if-different", "stop", today=False)[0] == 1
    code, told = worked.run(*words, today=False)
    assert (code, f"{stopped['difference_count']} differences" in told, "went on" in told) == (
        0,
        True,
        True,
    )
    assert worked.run("replay", "verify")[0] == 0
    assert worked.run(*words, "--if-different", "maybe", today=False)[0] == 2


def test_a_release_that_defines_a_read_model_anew_fills_it_at_its_first_start(
    worked: House, database: str
) -> None:
    by_hand(
        database,
        "UPDATE kravspor_index.projection SET shape = 'of the release before'"
        " WHERE sql_name = 'balance_v1'",
    )
    code, told = worked.run("case", "list")
    assert (code, "folding streams: " in told, "switching" in told) == (0, True, True)
    code, told = worked.run("case", "list")
    assert (code, "folding streams" in told) == (0, False)
    assert worked.run("replay", "verify")[0] == 0


def test_a_release_that_gave_way_is_refused_until_it_is_told_to_take_over(
    worked: House, database: str
) -> None:
    by_hand(
        database,
        "INSERT INTO kravspor_index.projection (sql_name, name, shape, state, made_by, seal)"
        " VALUES ('bailiff_v1', 'bailiff', 'newer', 'live', '', '');"
        "CREATE TABLE kravspor_index.bailiff_v1 (bailiff_id uuid)",
    )
    code, told = worked.run("case", "list")
    assert (code, "another release's now (bailiff_v1)" in told) == (3, True)
    assert worked.run("status")[0] == 0
    assert worked.run("replay", "rebuild", "--back", today=False)[0] == 0
    assert worked.run("case", "list")[0] == 0
