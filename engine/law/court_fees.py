"""What the court and the namsmann take, in multiples of R (rettsgebyr)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from engine.law.rates import Confidence, row_on
from engine.refusal import RefusedError, refuse_if
from events.money import Ore, round_ore

CourtItem = Literal[
    "forliksklage",
    "utlegg",
    "anvisning_til_innkreving",
    "tvangsdekning_kap10",
    "tvangsdekning_kap10_gjennomfort",
    "tvangssalg_kap8",
    "tvangssalg_kap8_gjennomfort",
    "forkynning_konkursvarsel",
    "konkursbo_apnet",
    "konkurs_sikkerhet",
    "skrivesalaer_forliksklage_med_inkassokost",
    "skrivesalaer_forliksklage_uten_inkassokost",
    "skrivesalaer_utlegg",
]


@dataclass(frozen=True, slots=True)
class Rettsgebyr:
    """R, the unit of the court fees."""

    valid_from: date
    valid_to: date | None
    rettsgebyr_ore: Ore
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class CourtFee:
    """The multiple of R one step costs; None where the figure is not known."""

    item: CourtItem
    valid_from: date
    valid_to: date | None
    factor: Fraction | None
    confidence: Confidence
    source: str


def rettsgebyr_ore(on: date) -> Ore:
    """R on the day the step is taken.

    Refuses: rate_unknown.
    Law: rettsgebyrloven 1982 § 1
    """
    return row_on(RETTSGEBYR, on).rettsgebyr_ore


def court_fee_ore(item: CourtItem, on: date, *, accept_uncertain: bool = False) -> Ore:
    """The fee for a step taken on `on`, kept in øre: not rounded to kroner.

    A figure no two sources agree on is refused unless a person has checked it and says
    `accept_uncertain`; writing fees (skrivesalær) are without VAT.
    Refuses: rate_unknown, rate_uncertain.
    Law: rettsgebyrloven 1982 § 1
    """
    row = row_on([row for row in COURT_FEES if row.item == item], on)
    if row.factor is None:
        raise RefusedError("rate_unknown", on=on, item=item)
    uncertain = row.confidence == "UNCERTAIN" and not accept_uncertain
    refuse_if(uncertain, "rate_uncertain", on=on, item=item)
    return round_ore(row.factor * rettsgebyr_ore(on))


RETTSGEBYR = (
    Rettsgebyr(date(2006, 1, 1), date(2015, 12, 31), Ore(860_00), "H", "lovdata note; SERGEL"),
    Rettsgebyr(
        date(2016, 1, 1),
        date(2016, 12, 31),
        Ore(1025_00),
        "H",
        "lovdata note; Prop. 10 L (2015-2016)",
    ),
    Rettsgebyr(date(2017, 1, 1), date(2017, 12, 31), Ore(1049_00), "H", "lovdata note; FORLIK"),
    Rettsgebyr(
        date(2018, 1, 1), date(2018, 12, 31), Ore(1130_00), "H", "domstol.no; skatteetaten"
    ),
    Rettsgebyr(date(2019, 1, 1), date(2019, 12, 31), Ore(1150_00), "H", "NAV code; BOLIG"),
    Rettsgebyr(date(2020, 1, 1), date(2020, 12, 31), Ore(1172_00), "H", "NAV code; BOLIG"),
    Rettsgebyr(date(2021, 1, 1), date(2021, 12, 31), Ore(1199_00), "H", "NAV code; Prop. 34 L"),
    Rettsgebyr(date(2022, 1, 1), date(2022, 12, 31), Ore(1223_00), "H", "NAV code; KRAGERO"),
    Rettsgebyr(date(2023, 1, 1), date(2023, 12, 31), Ore(1243_00), "H", "NAV code"),
    Rettsgebyr(date(2024, 1, 1), date(2024, 12, 31), Ore(1277_00), "H", "NAV code; SMARTE"),
    Rettsgebyr(date(2025, 1, 1), date(2025, 12, 31), Ore(1314_00), "H", "NAV code"),
    Rettsgebyr(date(2026, 1, 1), None, Ore(1345_00), "M", "TOOLKIT; RETTSREGEL"),
)

COURT_FEES = (
    CourtFee(
        "forliksklage",
        date(2019, 1, 1),
        date(2021, 12, 31),
        Fraction("1.15"),
        "H",
        "WULFF-F;EIENDOM;P12L",
    ),
    CourtFee(
        "forliksklage",
        date(2022, 1, 1),
        date(2024, 6, 30),
        Fraction("1.10"),
        "H",
        "P12L;FORLIK-22",
    ),
    CourtFee(
        "forliksklage",
        date(2024, 7, 1),
        None,
        Fraction("1.54"),
        "M",
        "P80L (date proposed);TOOLKIT",
    ),
    CourtFee(
        "utlegg",
        date(2004, 7, 1),
        date(2015, 12, 31),
        Fraction("2.00"),
        "H",
        "Beslutning O 105 (2003-2004)",
    ),
    CourtFee("utlegg", date(2016, 1, 1), date(2020, 12, 31), Fraction("1.70"), "H", "POLITI;P34L"),
    CourtFee("utlegg", date(2021, 1, 1), date(2021, 12, 31), Fraction("1.25"), "H", "P34L"),
    CourtFee(
        "utlegg",
        date(2022, 1, 1),
        date(2025, 12, 31),
        Fraction("1.21"),
        "H",
        "P12L (end date UNCERTAIN)",
    ),
    CourtFee(
        "utlegg",
        date(2026, 1, 1),
        None,
        Fraction("0.69"),
        "UNCERTAIN",
        "TOOLKIT only; start date unknown",
    ),
    CourtFee("anvisning_til_innkreving", date(2022, 1, 1), None, Fraction("0.40"), "H", "P12L"),
    CourtFee("tvangsdekning_kap10", date(2022, 1, 1), None, Fraction("2.10"), "H", "P12L"),
    CourtFee(
        "tvangsdekning_kap10_gjennomfort", date(2022, 1, 1), None, Fraction("1.00"), "H", "P12L"
    ),
    CourtFee("tvangssalg_kap8", date(2024, 1, 1), None, Fraction("1.25"), "M", "SMARTE"),
    CourtFee(
        "tvangssalg_kap8_gjennomfort", date(2024, 1, 1), None, Fraction("2.20"), "M", "SMARTE"
    ),
    CourtFee(
        "forkynning_konkursvarsel",
        date(2018, 1, 1),
        date(2021, 12, 31),
        Fraction("0.50"),
        "M",
        "CONTA-G",
    ),
    CourtFee(
        "forkynning_konkursvarsel",
        date(2022, 1, 1),
        date(2024, 6, 30),
        Fraction("0.40"),
        "H",
        "P12L",
    ),
    CourtFee(
        "forkynning_konkursvarsel", date(2024, 7, 1), None, None, "UNCERTAIN", "P80L raises it"
    ),
    CourtFee("konkursbo_apnet", date(2022, 1, 1), None, Fraction("4.35"), "H", "P12L"),
    CourtFee(
        "konkurs_sikkerhet",
        date(2018, 1, 1),
        None,
        Fraction("50.00"),
        "M",
        "CONTA-G; konkursloven § 67",
    ),
    CourtFee(
        "skrivesalaer_forliksklage_med_inkassokost",
        date(2021, 1, 1),
        None,
        Fraction("0.50"),
        "M",
        "P18L (exact date UNCERTAIN)",
    ),
    CourtFee(
        "skrivesalaer_forliksklage_uten_inkassokost",
        date(2008, 1, 1),
        None,
        Fraction("4.00"),
        "M",
        "tvisteloven § 6-13",
    ),
    CourtFee(
        "skrivesalaer_utlegg",
        date(2021, 1, 1),
        None,
        Fraction("0.50"),
        "M",
        "POLITI-UTL (exact date UNCERTAIN)",
    ),
)
