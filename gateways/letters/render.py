"""Letters as PDF: the same content gives the same bytes, on every machine and every time."""

import json
import threading
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

from gateways.letters.content import (
    DemandLetter,
    Letter,
    LetterError,
    SettlementLetter,
    WithdrawalLetter,
)
from gateways.letters.rules import validate
from gateways.letters.sheet import Sheet, sheet

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
PIXELS_PER_INCH = 110

_compilers = threading.local()


def render(letter: Letter) -> bytes:
    """The letter as a tagged, archivable PDF (PDF/A-2a and PDF/UA-1 as the compiler claims).

    Raises RefusedError as `validate` does; LetterError when the text cannot be printed.
    Law: inkassoloven 1988 § 9
    Law: inkassoloven 1988 § 10
    Law: inkassoloven 1988 § 15
    Law: tvangsfullbyrdelsesloven 1992 § 4-18
    """
    pages = _compile(letter, "pdf")
    if not isinstance(pages, bytes):
        raise LetterError("the compiler gave no PDF")
    return pages


def render_png(letter: Letter) -> list[bytes]:
    """The letter's pages as pictures, for looking at on a screen.

    Raises RefusedError as `validate` does; LetterError when the text cannot be printed.
    """
    pages = _compile(letter, "png")
    if pages is None:
        raise LetterError("the compiler gave no pages")
    return [pages] if isinstance(pages, bytes) else pages


def render_told(template: str, told: Sheet, on: date) -> bytes:
    """A page that is no letter of a case, as a PDF of the same kind, from its own template.

    `told` is what the template prints, made clean by `gateways.letters.printable`.
    Raises LetterError when the text cannot be printed.
    """
    pages = _compiled(_read(template), told, on, "pdf")
    if not isinstance(pages, bytes):
        raise LetterError("the compiler gave no PDF")
    return pages


def _compile(letter: Letter, to: Literal["pdf", "png"]) -> bytes | list[bytes] | None:
    validate(letter)
    return _compiled(_template(letter), sheet(letter), _dated(letter), to)


def _compiled(
    template: bytes, words: Sheet, on: date, to: Literal["pdf", "png"]
) -> bytes | list[bytes] | None:
    import typst  # noqa: PLC0415 - its fonts cost time, and most commands print no letter

    told = json.dumps(words, ensure_ascii=False, sort_keys=True)
    noon = datetime.combine(on, time(12), tzinfo=UTC)
    try:
        return _compiler().compile(
            template,
            format=to,
            ppi=PIXELS_PER_INCH if to == "png" else None,
            sys_inputs={"letter": told},
            pdf_standards=list(STANDARDS) if to == "pdf" else [],
            timestamp=noon,
        )
    except typst.TypstError as error:
        raise LetterError(error.message) from error


def _compiler() -> "typst.Compiler":
    """One compiler a thread, made once: with warm fonts and templates a letter is quick."""
    import typst  # noqa: PLC0415 - as above

    if not hasattr(_compilers, "mine"):
        _compilers.mine = typst.Compiler(root=TEMPLATES, ignore_system_fonts=True)
    mine: typst.Compiler = _compilers.mine
    return mine


def _template(letter: Letter) -> bytes:
    match letter:
        case DemandLetter():
            return _read(letter.kind)
        case WithdrawalLetter():
            return _read("withdrawal")
        case SettlementLetter():
            return _read("settlement")
        case _:
            assert_never(letter)


@lru_cache
def _read(template: str) -> bytes:
    return (TEMPLATES / f"{template}.typ").read_bytes()


def _dated(letter: Letter) -> date:
    return letter.settled_on if isinstance(letter, SettlementLetter) else letter.sent_on
