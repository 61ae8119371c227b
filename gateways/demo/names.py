"""Names and places of people and companies who do not exist, at postcodes that do."""

from typing import Final

FIRST_NAMES: Final = (
    "Anne", "Ola", "Kari", "Per", "Ingrid", "Lars", "Solveig", "Knut", "Åse", "Bjørn",
    "Turid", "Øystein", "Marit", "Håkon", "Signe", "Jonas", "Ida", "Amir", "Leila", "Mikkel",
    "Ragnhild", "Sondre", "Zofia", "Tor Åge", "Máret", "Birthe", "Geir", "Oddny", "Eirik", "Hege",
)  # fmt: skip - a list of words
LAST_NAMES: Final = (
    "Eksempelsen", "Prøvestad", "Oppdiktet", "Påfunnsrud", "Testmo", "Demodal", "Fiktivhaug",
    "Låtsomvik", "Prøvebakken", "Eksempeløy", "Diktnes", "Skinnhaugen", "Tenktland", "Tøvsåsen",
    "Prøvlien", "Mønsterås", "Utkastsen", "Kladdmoen", "Skissestad", "Forsøksnes",
)  # fmt: skip - a list of words
STREETS: Final = (
    "Eksempelveien", "Prøvegata", "Demostien", "Oppdiktsvingen", "Påfunnslia", "Mønsterkroken",
    "Kladdebakken", "Skissetunet", "Teståsen", "Tenkeveien",
)  # fmt: skip - a list of words
PLACES: Final = (
    ("0155", "Oslo"), ("0560", "Oslo"), ("1606", "Fredrikstad"), ("2317", "Hamar"),
    ("2815", "Gjøvik"), ("3015", "Drammen"), ("3717", "Skien"), ("4006", "Stavanger"),
    ("4611", "Kristiansand"), ("5003", "Bergen"), ("6002", "Ålesund"), ("6413", "Molde"),
    ("7010", "Trondheim"), ("8006", "Bodø"), ("9008", "Tromsø"), ("9510", "Alta"),
)  # fmt: skip - a list of words
TRADES: Final = (
    "bakeri", "bygg", "transport", "frisør", "verksted", "kafé", "rør", "elektro", "regnskap",
    "blomster", "maling", "gartneri", "eiendom", "sveis", "foto",
)  # fmt: skip - a list of words
COMPANY_NAMES: Final = (
    "Eksempel", "Prøve", "Oppdiktet", "Påfunn", "Demodal", "Tenkt", "Mønster", "Kladd", "Skisse",
)  # fmt: skip - a list of words
