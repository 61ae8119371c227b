"""What people write, at whatever edge: a line, or words that may be several lines."""

from typing import Final

LINE_LENGTH_MOST: Final = 200
WORDS_LENGTH_MOST: Final = 4000
# Something that can be seen, and no control characters; in `WORDS` new lines and tabs may be.
LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
WORDS: Final = (
    r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
)
