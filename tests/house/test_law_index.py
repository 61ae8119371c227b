"""Every paragraph the code says it holds is held by a test."""

import re

from gateways.cli.sources import PACKAGES, law_tests, paragraphs

ACT_WITH_YEAR = re.compile(r"[a-zæøå]+ \d{4} (?:§|art\.) \d+(?:-\d+)?(?: ?[a-z])?")


def test_every_paragraph_in_the_law_of_the_engine_has_a_test() -> None:
    tested = {test.law for test in law_tests()}
    untested = [f"{p.law} ({p.where})" for p in paragraphs("engine/law") if p.law not in tested]
    assert untested == [], "\n".join(untested)


def test_every_paragraph_names_its_act_with_the_year() -> None:
    named = [*paragraphs(*PACKAGES), *law_tests()]
    found = [f"{p.law} ({p.where})" for p in named if not ACT_WITH_YEAR.fullmatch(p.law)]
    assert found == [], "\n".join(found)


def test_no_test_holds_a_paragraph_that_no_code_names() -> None:
    held = {paragraph.law for paragraph in paragraphs(*PACKAGES)}
    found = [f"{test.law} ({test.where})" for test in law_tests() if test.law not in held]
    assert found == [], "\n".join(found)
