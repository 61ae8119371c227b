"""Cells that a spreadsheet would run as a formula, made harmless and brought back again."""

import re

# One apostrophe is added to what already looks guarded, so that the way back is exact.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


def neutral(text: str) -> str:
    """The text with an apostrophe before it, where a spreadsheet could take it for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """The text as it was before `neutral`; `="0150"`, which keeps zeros in Excel, is `0150`."""
    formula = _QUOTED_FORMULA.fullmatch(text)
    if formula:
        return formula[1].strip()
    return text[1:] if _GUARDED.match(text) else text
