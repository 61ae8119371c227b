"""How the domain says no: one error, with a stable code, the law and what would be allowed."""

from datetime import date

Fact = str | int | date


class RefusedError(Exception):
    """What was asked for is not allowed; nothing has happened.

    `code` is a stable snake_case fact (`too_early`); `law` names the paragraph, where one
    decides; `facts` say what was found and what would be allowed (`earliest=date(...)`).
    """

    def __init__(self, code: str, *, law: str | None = None, **facts: Fact) -> None:
        self.code = code
        self.law = law
        self.facts = facts
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        words = code.replace("_", " ") + (f": {told}" if told else "")
        super().__init__(words + (f" ({law})" if law else ""))


def refuse_if(wrong: bool, code: str, *, law: str | None = None, **facts: Fact) -> None:  # noqa: FBT001 - reads as a sentence
    """Refuse with `code` when `wrong`; guards stand first in a decision, one line each."""
    if wrong:
        raise RefusedError(code, law=law, **facts)
