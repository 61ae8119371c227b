"""What bodies are made of: strict values, so that nothing is guessed from what was sent."""

from datetime import date
from re import fullmatch
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

DAY: Final = r"\d{4}-\d{2}-\d{2}"
ORE_MOST: Final = 10**14  # a thousand milliards of kroner
NAME_LENGTH_MOST: Final = 200
WORDS_LENGTH_MOST: Final = 2000


class Body(BaseModel):
    """A body with these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _written_day(told: object) -> object:
    if isinstance(told, str) and fullmatch(DAY, told, flags=0) and told.isascii():
        try:
            return date.fromisoformat(told)
        except ValueError:
            raise PydanticCustomError("day_impossible", "There is no such day") from None
    raise PydanticCustomError("day_form", "A day is written 2026-08-17")


def _written_id(told: object) -> object:
    if isinstance(told, UUID):
        return told
    try:
        return UUID(told) if isinstance(told, str) else told
    except ValueError:
        raise PydanticCustomError("id_form", "An id is a UUID") from None


def _printable(told: str) -> str:
    if not all(letter.isprintable() or letter in "\n\t" for letter in told) or not told.strip():
        raise PydanticCustomError("text_unprintable", "Words that can be printed, not all blank")
    return told


Day = Annotated[
    date,
    BeforeValidator(_written_day),
    Field(description="A day in Oslo.", examples=["2026-08-17"]),
]
Id = Annotated[UUID, BeforeValidator(_written_id)]
PositiveOre = Annotated[
    int,
    Field(gt=0, le=ORE_MOST, strict=True, description="Øre, a whole number.", examples=[500000]),
]
NotNegativeOre = Annotated[
    int, Field(ge=0, le=ORE_MOST, strict=True, description="Øre, a whole number.", examples=[0])
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MOST), AfterValidator(_printable)]
Words = Annotated[
    str, Field(min_length=1, max_length=WORDS_LENGTH_MOST), AfterValidator(_printable)
]
