"""What bodies are made of: strict values, so that nothing is guessed from what was sent."""

from datetime import date
from re import fullmatch
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gateways.writing import LINE, LINE_LENGTH_MOST, WORDS, WORDS_LENGTH_MOST

DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
ORE_MOST: Final = 10**14  # a thousand milliards of kroner


class Body(BaseModel):
    """A body with these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _written_day(told: object) -> object:
    if isinstance(told, date):
        return told
    if not (isinstance(told, str) and fullmatch(DAY, told)):
        raise PydanticCustomError("day_form", "A day is written 2026-08-17")
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise PydanticCustomError("day_impossible", "There is no such day") from None


def _written_id(told: object) -> object:
    if isinstance(told, str | UUID):
        return told
    raise PydanticCustomError("id_form", "An id is a UUID")


Day = Annotated[
    date,
    BeforeValidator(_written_day),
    Field(description="A day in Oslo.", examples=["2026-08-17"]),
]
Id = Annotated[UUID, BeforeValidator(_written_id)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[int, Field(strict=True, ge=0, le=99_999)]
PositiveOre = Annotated[
    int,
    Field(gt=0, le=ORE_MOST, strict=True, description="Øre, a whole number.", examples=[500000]),
]
NotNegativeOre = Annotated[
    int, Field(ge=0, le=ORE_MOST, strict=True, description="Øre, a whole number.", examples=[0])
]
Line = Annotated[str, Field(min_length=1, max_length=LINE_LENGTH_MOST, pattern=LINE)]
Words = Annotated[str, Field(min_length=1, max_length=WORDS_LENGTH_MOST, pattern=WORDS)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["NO"])]


def words_of(said: Body) -> dict[str, str | None]:
    """The members of a body of words alone, by name."""
    return {name: None if value is None else str(value) for name, value in said}
