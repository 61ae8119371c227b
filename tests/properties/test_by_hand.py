"""Whatever the case: letters go on their first lawful day, and what is owed is what law allows."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.simulating.playing import Play
from gateways.simulating.scenario import Scenario
from tests.properties.by_hand import ByHand, truly_due

LETTERS = ("case.inkassovarsel_sent", "case.betalingsoppfordring_sent")
EDGES = (49_999, 50_000, 50_001, 100_000, 100_001, 250_000, 250_001, 1_000_000, 5_000_001)
AMOUNTS = st.one_of(st.sampled_from(EDGES), st.integers(1, 400_000), st.integers(1, 30_000_000))


def kroner(ore: int) -> str:
    return f"{ore // 100}.{ore % 100:02d}"


@st.composite
def claims(draw: st.DrawFn, due: date) -> dict[str, object]:
    """An invoice, perhaps with a warning of the creditor's that may fall short."""
    told: dict[str, object] = {
        "issued": str(due),
        "due": str(due),
        "amount": kroner(draw(AMOUNTS)),
    }
    if draw(st.integers(0, 3)) == 0:
        sent = due + timedelta(draw(st.sampled_from((0, 1, 3, 13, 14, 16, 20))))
        by = sent + timedelta(draw(st.sampled_from((13, 14, 15))))
        fee = draw(st.sampled_from(("0.00", "35.00", "70.00")))
        told["inkassovarsel"] = {"sent": str(sent), "pay_by": str(by), "fee": fee}
    return told


@st.composite
def cases(draw: st.DrawFn) -> tuple[Scenario, date]:
    """A scenario with one to three ripe claims and what is paid, and the day it is registered."""
    last = date(2025, 7, 4) + timedelta(draw(st.integers(0, 450)))
    dues = [last - timedelta(n) for n in draw(st.lists(st.sampled_from((0, 0, 1, 3)), max_size=2))]
    ripe = truly_due(last, shift=True) + timedelta(14 + draw(st.sampled_from((0, 0, 1, 2, 9))))
    paid = draw(st.lists(st.tuples(st.integers(0, 70), AMOUNTS), max_size=3))
    flag = st.booleans()
    kind = draw(st.sampled_from(("person", "sole_trader", "company")))
    scenario = Scenario.model_validate(
        {
            "title": "by hand",
            "creditor": {
                "name": "Fjordvarme AS",
                "deducts_vat": draw(flag),
                "allocation": draw(st.sampled_from(("practice", "textbook"))),
            },
            "debtor": {
                "kind": kind,
                "name": "Kari Nordmann",
                "consumer": None if kind == "company" else draw(st.sampled_from((None, True))),
            },
            "policy": {
                "due_date_shift": draw(flag),
                "claim_letter_fees": draw(flag),
                "claim_compensation": draw(flag),
            },
            "claims": [
                draw(claims(due)) | {"invoice": str(n)} for n, due in enumerate([last, *dues])
            ],
            "steps": [
                {"on": str(ripe), "do": "register"},
                *(
                    {"on": str(ripe + timedelta(n)), "do": "payment", "amount": kroner(ore)}
                    for n, ore in sorted(paid)
                ),
            ],
            "ask": [
                str(min(ripe + timedelta(n), date(2026, 12, 31))) for n in (0, 16, 17, 58, 61, 70)
            ],
        }
    )
    return scenario, ripe


@settings(max_examples=40, deadline=None)
@given(cases())
def test_letters_and_figures_are_those_of_a_reckoning_that_knows_nothing_of_the_engine(
    told: tuple[Scenario, date],
) -> None:
    scenario, registered_on = told
    jurist, play = ByHand(scenario, registered_on), Play(scenario)
    first, last = scenario.days
    owed = {day: jurist.day(day) for day in days(first, last)}

    found = play.run()

    letters = [(event["type"], event["on"]) for event in found.events if event["type"] in LETTERS]
    assert letters == jurist.letters
    for statement in found.statements:
        day = statement["on"]
        assert isinstance(day, date)
        assert {name: statement[name] for name in owed[day]} == owed[day]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]
