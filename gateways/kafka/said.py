"""What the Kafka library last said of a connection, for the sentence a person is told."""

import logging
import re
from typing import Final

from typing_extensions import override

TELLING: Final = re.compile(r"(?:Connection failed|Bootstrap connection to \S+ failed): (.+)")
NOISE: Final = re.compile(r"^(?:\w+Error: )+|\(_ssl\.c:\d+\)|\(backoff .*\)")


class _LastWord(logging.Handler):
    """Keeps one line, and lets nothing through to anybody else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.line = ""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line when it tells why a connection failed."""
        if found := TELLING.match(record.getMessage()):
            self.line = NOISE.sub("", found[1]).strip()


_last_word: Final = _LastWord()
logging.getLogger("kafka").addHandler(_last_word)


def forget() -> None:
    """Forget what was said before."""
    _last_word.line = ""


def last_said() -> str:
    """Why the last connection failed, in the library's words; empty when it told nothing."""
    return _last_word.line
