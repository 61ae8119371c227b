"""`kravspor key`: secrets shown once, and lines for who made and took them away."""

from gateways.cli.opening import opened
from tests.gateways.cli.house import House


def test_a_key_is_made_listed_rotated_and_revoked(house: House) -> None:
    made = house.json("key", "add", "Portalen", "--role", "creditor", "--creditor", "1")
    turned = house.json("key", "rotate", "Portalen")
    listed = house.run("key", "list")[1]
    house.run("key", "revoke", "Portalen")

    assert made["secret"].startswith("kvs_")
    assert turned["secret"] != made["secret"]
    assert turned["key_id"] == made["key_id"]
    assert made["secret"] not in listed
    assert turned["secret"][-4:] in listed
    with opened() as office:
        lines = office.durable.access.lines(10)
        assert [line.act for line in lines] == ["key_revoked", "key_rotated", "key_added"]
        assert {str(line.key_id) for line in lines} == {made["key_id"]}


def test_a_key_names_creditors_when_and_only_when_its_role_has_some(house: House) -> None:
    code, told = house.run("key", "add", "Portalen", "--role", "creditor")
    assert (code, "scope_missing" in told) == (1, True)
    code, told = house.run("key", "add", "Kari", "--role", "auditor", "--creditor", "1")
    assert (code, "scope_superfluous" in told) == (1, True)
    code, told = house.run("key", "rotate", "nobody")
    assert (code, "key_unknown" in told) == (1, True)
