"""The table of commands, and the one place that starts them and tells how they ended."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import takewhile
from textwrap import wrap
from typing import Annotated, NamedTuple

import typer
from typer.main import get_command

from gateways.cli.failures import tell


class Command(NamedTuple):
    """A line of the help, and where the command is: "module:name" of a function or a Typer."""

    where: str
    help: str
    panel: str
    passes_on: bool = False  # what it does not know itself is for the program behind it


EXITS = (
    "Exit codes: 0 done; 1 refused, or a check failed; 2 not understood; 3 a store is out of "
    "reach, give the same command again; 70 a fault of ours; 130 interrupted."
)
WORK, CASE, LOOK, HOUSE = "The work", "On one case", "Looking at it", "The house"

# A new command is one line here; its module is loaded only when it is called. Its own help is
# its docstring, and what it raises is told by `failures`.
COMMANDS: dict[str, Command] = {
    "import": Command("gateways.cli.intake:import_", "Take in a creditor's invoices.", WORK),
    "payments": Command("gateways.cli.intake:payments", "Book the bank's payments.", WORK),
    "work": Command("gateways.cli.work:work", "Do what is due, every day.", WORK),
    "dispatch": Command("gateways.cli.dispatch:app", "Letters: ordered, uncertain, back.", WORK),
    "payouts": Command("gateways.cli.money:payouts", "Payouts, and the bank's word.", WORK),
    "suspense": Command("gateways.cli.money:suspense", "Money nobody can place.", WORK),
    "creditor": Command("gateways.cli.creditors:app", "Creditors and agreements.", WORK),
    "objection": Command("gateways.cli.wishes:objection", "The debtor objects.", CASE),
    "answer": Command("gateways.cli.wishes:answer", "The creditor answers it.", CASE),
    "contact": Command("gateways.cli.contacts:contact", "Somebody has been in touch.", CASE),
    "pause": Command("gateways.cli.wishes:pause", "Let a case rest.", CASE),
    "resume": Command("gateways.cli.wishes:resume", "Let it go on.", CASE),
    "withdraw": Command("gateways.cli.wishes:withdraw", "The creditor takes it back.", CASE),
    "pay": Command("gateways.cli.wishes:pay", "It was paid direct, or by hand.", CASE),
    "refund": Command("gateways.cli.wishes:refund", "What was too much has gone back.", CASE),
    "approve": Command("gateways.cli.wishes:approve", "Yes to the legal course.", CASE),
    "decline": Command("gateways.cli.wishes:decline", "No to the legal course.", CASE),
    "write-off": Command("gateways.cli.wishes:write_off", "Give up what is left.", CASE),
    "reopen": Command("gateways.cli.wishes:reopen", "Take up a case that had ended.", CASE),
    "debtor": Command("gateways.cli.debtors:app", "A debtor's details, and new ones.", CASE),
    "dashboard": Command("gateways.cli.dashboard:dashboard", "How the house stands.", LOOK),
    "candidates": Command("gateways.cli.candidates:candidates", "Invoices in no case yet.", LOOK),
    "case": Command("gateways.cli.case_file:app", "List cases, or show one.", LOOK),
    "status": Command("gateways.cli.status:status", "Lag, halts, parked, overdue.", LOOK),
    "replay": Command("gateways.cli.replay:app", "History; rebuild; verify the log.", LOOK),
    "parked": Command("gateways.cli.parked:app", "What a projection could not take.", LOOK),
    "privacy": Command("gateways.cli.privacy:app", "A person's file; forgetting it.", CASE),
    "law": Command("gateways.cli.law:app", "Reckon interest, fees, salær, days.", LOOK),
    "demo": Command("gateways.demo.command:demo", "Four months of an agency, in a minute.", WORK),
    "simulate": Command("gateways.cli.simulate:simulate", "Play a case told in a file.", LOOK),
    "serve": Command("gateways.cli.serve:serve", "Answer over HTTP.", HOUSE),
    "key": Command("gateways.cli.keys:app", "API keys: add, list, rotate, revoke.", HOUSE),
    "config": Command("gateways.cli.config:app", "Show the settings and their origin.", HOUSE),
    "journal": Command("gateways.cli.journal:app", "How the log stands; quarantine.", HOUSE),
    "feed": Command("gateways.cli.feed:feed", "Tell other systems what happens.", HOUSE),
    "shards": Command("gateways.cli.shards:app", "The log's shards; the next one.", HOUSE),
    "log": Command("gateways.cli.topic:app", "The log's topic: make, check, look.", HOUSE),
    "kafka": Command("gateways.cli.brokers:app", "A Kafka of one's own, to try on.", HOUSE),
    "bench": Command("gateways.cli.bench:bench", "Measure, beside the library.", HOUSE),
    "chaos": Command("gateways.cli.chaos:chaos", "Strike the journal from a seed.", HOUSE),
    "backup": Command("gateways.cli.backup:backup", "What cannot be computed again.", HOUSE),
    "restore": Command("gateways.cli.backup:restore", "A backup, into an empty house.", HOUSE),
    "doctor": Command(
        "gateways.cli.doctor:doctor", "Check this machine; say what mends it.", HOUSE
    ),
    "test": Command("gateways.cli.testing:run_tests", "Run every test and linter.", HOUSE, True),  # noqa: FBT003 - the column is named above
    "lock": Command("gateways.cli.testing:lock", "Choose the locked packages anew.", HOUSE),
    "docs": Command("gateways.cli.docs:docs", "Write the pages made from the code.", HOUSE),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code.

    0 done, 1 refused, 2 not understood, 3 a store out of reach, 70 a fault of ours,
    130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    flags = list(takewhile(lambda word: word.startswith("-"), words))
    called = words[len(flags)] if len(flags) < len(words) else None
    if called is None and (not words or "--help" in words):
        sys.stdout.write(_help())
        return 0 if words else 2
    try:
        _refuse_unless_text(words)
        get_command(command_line(called)).main(words, prog_name="kravspor")
    except KeyboardInterrupt:
        return 130
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception as error:  # noqa: BLE001 - the outermost edge: all that is left is telling it
        return tell(error, as_json="--json" in words, debug="--debug" in flags)
    return 0


def _refuse_unless_text(words: Sequence[str]) -> None:
    """What a shell hands over may be any bytes; what is no UTF-8 can stand nowhere."""
    for word in words:
        if not word.isascii() and any("\ud800" <= letter <= "\udfff" for letter in word):
            from gateways.cli.output import NotUnderstoodError  # noqa: PLC0415 - seldom needed

            raise NotUnderstoodError(f"{word!a} is no text in UTF-8: set the terminal to it")


def _help() -> str:
    """The table for people; written here, for the library's own takes twice the time."""
    width = max(len(name) for name in COMMANDS) + 2
    lines = [f"{(_root.__doc__ or '').strip()}", "", "Usage: kravspor [--debug] COMMAND [ARGS]..."]
    for panel in (WORK, CASE, LOOK, HOUSE):
        within = [(n, c.help) for n, c in COMMANDS.items() if c.panel == panel]
        lines += ["", f"{panel}:", *(f"  {n:<{width}}{told}" for n, told in within)] * bool(within)
    more = "kravspor COMMAND --help tells more of one; what tells anything has --json."
    return "\n".join([*lines, "", *wrap(EXITS, 88), "", more, ""])


def command_line(called: str | None) -> typer.Typer:
    """The command line, with the command that is called loaded and the others only named."""
    app = typer.Typer(callback=_root, no_args_is_help=True, add_completion=False)
    for name, command in COMMANDS.items():
        thing = _loaded(command.where) if name == called else _named
        if isinstance(thing, typer.Typer):
            for each in thing.registered_commands:
                each.epilog = EXITS
            app.add_typer(
                thing,
                name=name,
                short_help=command.help,
                epilog=EXITS,
                rich_help_panel=command.panel,
            )
        else:
            on = command.passes_on
            context = {"allow_extra_args": on, "ignore_unknown_options": on}
            app.command(
                name,
                short_help=command.help,
                epilog=EXITS,
                rich_help_panel=command.panel,
                context_settings=context,
            )(thing)
    return app


def _loaded(where: str) -> typer.Typer | Callable[..., None]:
    module, _, name = where.partition(":")
    thing: typer.Typer | Callable[..., None] = getattr(import_module(module), name)
    return thing


def _named() -> None:
    """A command that is only listed."""


def _root(
    *, debug: Annotated[bool, typer.Option("--debug", help="Show where a fault arose.")] = False
) -> None:
    """Kravspor: an event-sourced engine for Norwegian debt collection."""
