"""Which column of a creditor's file holds which field: known headings, or the creditor's own."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from gateways.importing.errors import ImportFileError

MANDATORY = (
    "creditor",
    "debtor_name",
    "address",
    "postcode",
    "invoice_number",
    "issued_on",
    "due_on",
    "amount",
)

HEADINGS: dict[str, tuple[str, ...]] = {
    "creditor": ("kreditor", "kreditornavn", "oppdragsgiver", "fordringshaver", "creditor"),
    "debtor_name": (
        "debitors navn",
        "debitor navn",
        "debitor",
        "debitornavn",
        "skyldner",
        "skyldners navn",
        "kundenavn",
        "kundens navn",
        "navn",
        "debtor",
        "debtor name",
        "customer name",
        "name",
    ),
    "address": (
        "adresse",
        "gateadresse",
        "postadresse",
        "debitors adresse",
        "address",
        "street address",
    ),
    "postcode": ("postnr", "postnummer", "postkode", "postcode", "postal code", "zip", "zip code"),
    "city": ("poststed", "sted", "by", "city", "town"),
    "country": ("land", "landkode", "country", "country code"),
    "debtor_kind": (
        "debitortype",
        "kundetype",
        "type debitor",
        "privat/bedrift",
        "debtor type",
        "debtor kind",
        "customer type",
    ),
    "orgnr": (
        "orgnr",
        "org.nummer",
        "organisasjonsnr",
        "organisasjonsnummer",
        "foretaksnummer",
        "organisation number",
        "organization number",
        "company number",
    ),
    "national_id": (
        "fødselsnummer",
        "fødselsnr",
        "fnr",
        "personnummer",
        "personnr",
        "national id",
    ),
    "customer_number": (
        "kundenr",
        "kundenummer",
        "debitornr",
        "debitornummer",
        "customer number",
        "customer no",
    ),
    "invoice_number": (
        "fakturanr",
        "fakturanummer",
        "faktura nr",
        "invoice number",
        "invoice no",
    ),
    "issued_on": ("fakturadato", "faktura dato", "utstedt", "invoice date", "issue date"),
    "due_on": ("forfallsdato", "forfall", "betalingsfrist", "due date", "due"),
    "amount": (
        "beløp",
        "fakturabeløp",
        "hovedstol",
        "opprinnelig beløp",
        "amount",
        "invoice amount",
        "principal",
        "original amount",
    ),
    "description": (
        "beskrivelse",
        "hva kravet gjelder",
        "kravet gjelder",
        "gjelder",
        "fakturatekst",
        "description",
    ),
    "email": ("e-post", "epostadresse", "e-mail", "email address", "mail"),
    "mobile": (
        "mobil",
        "mobilnr",
        "mobilnummer",
        "mobiltelefon",
        "mobile",
        "mobile number",
        "mobile phone",
    ),
    "kid": ("kid", "kid-nummer", "kidnr"),
    "varsel_sent_on": (
        "inkassovarsel dato",
        "inkassovarseldato",
        "inkassovarsel sendt",
        "varsel sendt",
        "varseldato",
        "dato inkassovarsel",
        "notice date",
    ),
    "varsel_pay_by": (
        "inkassovarsel forfall",
        "inkassovarsel forfallsdato",
        "inkassovarsel frist",
        "varsel forfall",
        "varselfrist",
        "forfall inkassovarsel",
        "notice due date",
    ),
    "varsel_fee": (
        "inkassovarsel gebyr",
        "varselgebyr",
        "varsel gebyr",
        "purregebyr",
        "notice fee",
    ),
    "consumer": ("forbruker", "forbrukerkjøp", "forbrukerkrav", "consumer"),
}

# What a file of refused rows carries on its far right, and a corrected one brings back.
REASON_HEADINGS = ("årsak", "kode")


def find_columns(
    header: Sequence[str], mapping: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The place of each field in the header; case, spaces and punctuation do not count.

    `mapping` names, by field, the heading that the creditor has chosen, and goes before the
    known headings. Columns that nobody knows are left alone.

    Raises ImportFileError when a mandatory field has no column (`column_missing`), two columns
    claim one field (`column_twice`), or `mapping` names a field or heading that is not there
    (`mapping_field_unknown`, `mapping_heading_unknown`).
    """
    keys = [_key(name) for name in header]
    chosen = {field: _chosen(field, name, header) for field, name in (mapping or {}).items()}
    found = dict(chosen)
    for field, headings in HEADINGS.items():
        if field in chosen:
            continue
        known = {_key(heading) for heading in (field, *headings)}
        free = [i for i, key in enumerate(keys) if key in known and i not in chosen.values()]
        if len(free) > 1:
            names = ", ".join(header[i] for i in free)
            raise ImportFileError("column_twice", f"{field}: {names}")
        if free:
            found[field] = free[0]
    _demand_mandatory(found, header)
    return found


def _chosen(field: str, heading: str, header: Sequence[str]) -> int:
    if field not in HEADINGS:
        raise ImportFileError("mapping_field_unknown", f"no field is called {field}")
    exact = [i for i, name in enumerate(header) if name == heading]
    alike = exact or [i for i, name in enumerate(header) if _key(name) == _key(heading)]
    if not alike:
        raise ImportFileError("mapping_heading_unknown", f"no column is called {heading}")
    if len(alike) > 1:
        raise ImportFileError("column_twice", f"{field}: {heading}")
    return alike[0]


def _demand_mandatory(found: Mapping[str, int], header: Sequence[str]) -> None:
    missing = [f"{field} ({HEADINGS[field][0]})" for field in MANDATORY if field not in found]
    if missing:
        seen = ", ".join(name[:40] for name in header[:30])
        raise ImportFileError("column_missing", f"no column for {', '.join(missing)}; saw: {seen}")


def _key(name: str) -> str:
    # A unit in brackets, as in "Beløp (NOK)", is no part of the name.
    plain = re.sub(r"\([^)]*\)", "", name).casefold().replace("æ", "ae").replace("ø", "o")
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalnum())
    return letters.replace("oe", "o").replace("aa", "a")
