"""What the Kafka library last said of a connection, for the sentence a person is told."""

import logging
import re
from collections import deque
from collections.abc import Sequence
from typing import Final

from typing_extensions import override

TELLING: Final = re.compile(r"(?:Connection failed|Bootstrap connection to \S+ failed): (.+)")
LINES_KEPT: Final = 20
NOISE: Final = re.compile(r"^(?:\w+Error: )+|\(_ssl\.c:\d+\)|\(backoff .*\)")


class _LastWords(logging.Handler):
    """Keeps a few lines, and lets nothing through to anybody else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line when it tells why a connection failed."""
        if found := TELLING.match(record.getMessage()):
            self.lines.append(NOISE.sub("", found[1]).strip())


_last_words: Final = _LastWords()
logging.getLogger("kafka").addHandler(_last_words)


def forget() -> None:
    """Forget what was said before."""
    _last_words.lines.clear()


def last_said() -> Sequence[str]:
    """Why connections failed, in the library's words, the last one last.

    It tries again after it was turned away, and what comes then tells less.
    """
    return list(_last_words.lines)
