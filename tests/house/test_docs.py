"""The pages made from the code are as the code is now."""

from gateways.cli.docs import stale


def test_the_pages_made_from_the_code_are_fresh() -> None:
    assert stale() == [], "run ./kravspor docs"
