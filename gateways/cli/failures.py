"""How a command that failed is told, and with which exit code."""

import sys
import traceback

from gateways.cli.output import as_json_text, cell

REFUSED, NOT_UNDERSTOOD, OUT_OF_REACH, FAULT = 1, 2, 3, 70

# By name, so that telling a failure imports nothing; tests/house holds that all names exist.
EXIT_CODES = {
    "engine.refusal:RefusedError": REFUSED,
    "engine.loop:VersionConflictError": REFUSED,
    "replay.logged:UnprovableError": REFUSED,
    "gateways.settings:SettingsError": NOT_UNDERSTOOD,
    "gateways.cli.output:NotUnderstoodError": NOT_UNDERSTOOD,
    "gateways.importing.errors:ImportFileError": NOT_UNDERSTOOD,
    "gateways.bank.errors:BankFileError": NOT_UNDERSTOOD,
    "engine.ports:UnavailableError": OUT_OF_REACH,
    "engine.ports:OutcomeUnknownError": OUT_OF_REACH,
    "engine.ports:HaltedError": OUT_OF_REACH,
    "gateways.postgres.binaries:ServerError": OUT_OF_REACH,
    "gateways.postgres.backup:BackupError": REFUSED,
    "gateways.kafka.broker.errors:BrokerError": OUT_OF_REACH,
    "psycopg:OperationalError": OUT_OF_REACH,
    "builtins:OSError": OUT_OF_REACH,  # a full disk, a folder that cannot be written to
}

# What a person can do about a refusal, where its code does not say it.
HINTS = {
    "second_person_needed": "who proposed an account cannot answer for it: another person has to",
    "no_account_proposed": "propose one first: kravspor creditor account CREDITOR --propose NO",
    "terms_not_accepted": "the creditor accepts them first: kravspor creditor terms CREDITOR",
    "agreement_missing": "agree on one first: kravspor creditor agree CREDITOR",
    "case_unknown": "look for it: kravspor case list SEARCH",
    "case_ambiguous": "write more of it: several cases begin so",
    "creditor_unknown": "see them all: kravspor creditor list",
    "key_reused": "this --id was given with other words before: take a new one",
    "case_paused": "let it go on first: kravspor resume CASE",
    "nothing_held": "we hold nothing of this case; what the creditor was paid, it returns itself",
    "account_invalid": "eleven digits, the last of which checks the others",
    "payout_confirmed": "the bank has paid it: that cannot be undone here",
    "letter_unknown": "see what is under way: kravspor dispatch list",
    "objections_several": "say which: --objection ID",
    "payments_several": "say which: --payment ID",
    "event_unknown": "see what has happened, with numbers and ids: kravspor replay history CASE",
    "log_empty": "nothing has been written yet",
    "range_empty": "nothing is written there; how far the log goes: kravspor journal status",
    "payment_unknown": "see what waits: kravspor suspense list",
    "payout_unknown": "see them all: kravspor payouts list",
    "key_unknown": "see them all: kravspor key list",
    "scope_missing": "say whose: --creditor NUMBER, which may be repeated",
    "scope_superfluous": "the agency's own roles see every creditor: leave --creditor out",
    "regime_not_reviewed": "nobody has read the rules for that day yet; see docs/operations.md",
}


def exit_code(error: BaseException) -> int:
    """The exit code of `error`: that of its nearest kind in the table, or 70."""
    for kind in type(error).__mro__:
        code = EXIT_CODES.get(f"{kind.__module__}:{kind.__qualname__}")
        if code is not None:
            return code
    return FAULT


def tell(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Tell `error` to a person on stderr, or as an object on stdout; its exit code."""
    code = exit_code(error)
    if debug:
        traceback.print_exception(error)
    if as_json:
        sys.stdout.write(as_json_text({"error": _facts(error, code)}) + "\n")
    else:
        sys.stderr.write(_sentences(error, code, debug=debug))
    return code


def _facts(error: Exception, code: int) -> dict[str, object]:
    return {
        "exit_code": code,
        "code": getattr(error, "code", None) or type(error).__name__,
        "law": getattr(error, "law", None),
        "facts": getattr(error, "facts", {}),
        "message": str(error),
    }


def _sentences(error: Exception, code: int, *, debug: bool) -> str:
    if code == REFUSED:
        law = getattr(error, "law", None)
        code_told = str(getattr(error, "code", error))
        lines = [f"refused: {code_told}"]
        lines += [f"  law: {law}"] if law else []
        lines += [
            f"  {name}: {cell(name, fact)}" for name, fact in getattr(error, "facts", {}).items()
        ]
        lines += [f"  {HINTS[code_told]}"] if code_told in HINTS else []
        return "\n".join(lines) + "\n"
    if code == FAULT:
        more = "" if debug else " (kravspor --debug … shows where)"
        return f"kravspor: a fault of ours: {type(error).__name__}: {error}{more}\n"
    if isinstance(error, OSError) and error.filename:
        return f"kravspor: {error.filename}: {error.strerror}\n"
    return f"kravspor: {error}\n"
