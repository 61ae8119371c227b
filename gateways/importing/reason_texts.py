"""What every refusal of a file or a row is called in plain Norwegian."""

from gateways.importing.columns import HEADINGS
from gateways.importing.problem import CellProblem

FILE_SENTENCES = {
    "column_missing": "Filen mangler en obligatorisk kolonne.",
    "column_twice": "To kolonner gjelder det samme feltet.",
    "csv_malformed": "CSV-filen er ødelagt, for eksempel av et anførselstegn som ikke er lukket.",
    "encoding_broken": "Filen er ikke skrevet i det tegnsettet den selv oppgir.",
    "file_empty": "Filen er tom.",
    "file_kind_unknown": "Filen er verken CSV eller et regneark.",
    "file_too_large": "Filen er for stor.",
    "mapping_field_unknown": "Kolonnevalget viser til et felt som ikke finnes.",
    "mapping_heading_unknown": "Kolonnevalget viser til en kolonne som ikke er i filen.",
    "null_bytes": "Filen inneholder nulltegn og er ikke en lesbar tekstfil.",
    "password_protected": "Regnearket er låst med passord.",
    "too_many_columns": "Filen har for mange kolonner.",
    "too_many_rows": "Filen har for mange rader.",
    "unpacked_too_large": "Regnearket blir for stort når det pakkes ut.",
    "workbook_unreadable": "Regnearket kan ikke leses.",
}

ROW_SENTENCES = {
    "amount_ambiguous": "beløpet kan leses på to måter",
    "amount_negative": "beløpet er negativt",
    "amount_not_understood": "beløpet kan ikke leses",
    "amount_too_large": "beløpet er for stort",
    "amount_zero": "beløpet er null",
    "became_date": "Excel har gjort innholdet om til en dato",
    "cell_without_heading": "det står noe i en kolonne uten overskrift",
    "cells_too_few": "raden har færre celler enn overskriften",
    "control_characters": "teksten inneholder ulovlige tegn",
    "country_unknown": "landet er ukjent",
    "date_has_time": "datoen har et klokkeslett",
    "date_not_understood": "datoen kan ikke leses",
    "date_order_unclear": "kolonnen viser at måneden kan stå foran dagen, så datoen er uviss",
    "date_out_of_range": "året kan ikke være riktig",
    "dates_in_wrong_order": "datoen er for tidlig i forhold til datoen den skal følge",
    "debtor_kind_unknown": "typen debitor er ukjent",
    "digits_lost": "Excel har kortet ned tallet, og sifre er gått tapt",
    "duplicate_in_file": "fakturaen står flere ganger i filen",
    "email_invalid": "e-postadressen er ikke gyldig",
    "fractional_oere": "beløpet har flere enn to desimaler",
    "issued_in_future": "fakturadatoen er i fremtiden",
    "kid_invalid": "KID-nummeret er ikke gyldig",
    "letters_garbled": "bokstavene er ødelagt av feil tegnsett",
    "letters_lost": "bokstaver er gått tapt av feil tegnsett",
    "missing": "feltet er obligatorisk og mangler",
    "mobile_invalid": "mobilnummeret er ikke gyldig",
    "national_id_invalid": "fødselsnummeret er ikke gyldig",
    "national_id_on_company": "en bedrift kan ikke ha fødselsnummer",
    "number_not_whole": "nummeret har desimaler",
    "orgnr_invalid": "organisasjonsnummeret er ikke gyldig",
    "orgnr_missing": "en bedrift må ha organisasjonsnummer",
    "orgnr_on_person": "en privatperson kan ikke ha organisasjonsnummer",
    "postcode_invalid": "postnummeret er ikke gyldig",
    "too_long": "teksten er for lang",
    "varsel_in_future": "inkassovarselet er datert i fremtiden",
    "varsel_incomplete": "både dato og forfall for inkassovarselet må være med",
    "yes_no_not_understood": "svaret må være ja eller nei",
}


def sentence(problem: CellProblem) -> str:
    """The problem as one sentence: which column, what is wrong, what was found, what would do."""
    heading = HEADINGS[problem.field][0] if problem.field else "rad"
    words = f"{heading[0].upper()}{heading[1:]}: {ROW_SENTENCES[problem.code]}"
    found = f" (fant «{problem.found}»)" if problem.found else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    return f"{words}{found}{hint}."
