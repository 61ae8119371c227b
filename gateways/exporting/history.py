"""One case in plain Norwegian, from the lines of its export alone; it names no person."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.journal.recorded import Decode
from events.case import CASE_EVENTS, CaseRegistered
from gateways.office import OSLO
from projections.happening import happened_on
from projections.telling import sentence
from replay.choosing import STANDS
from replay.logged import Judged

CASE = "case-"
TITLE = "Sakens gang i klartekst, eldste hendelse først. Navn og fritekst er ikke med her.\n"


@dataclass(slots=True)
class History:
    """Gathers the sentences of the case whose lines go by."""

    decode: Decode
    told: list[str] = field(default_factory=list)
    number: str = ""

    def take(self, judged: Judged, line_number: int) -> None:
        """Tell what a standing line did to the case."""
        line = judged.placed.line
        if line is None or judged.verdict != STANDS:
            return
        for part in line.commit.parts:
            if not part.stream.startswith(CASE):
                continue
            for version, event in enumerate(part.events, part.first_version):
                at = line.commit.recorded_at.astimezone(OSLO)
                self.told += self._event(version, event.type, event.schema, event.data)
                self.told.append(
                    f"      registrert {at:%d.%m.%Y %H:%M:%S} av {line.commit.actor}; "
                    f"linje {line_number}, {event.type}"
                )

    def text(self) -> str:
        """The whole history."""
        return "\n".join([f"Sak {self.number}", TITLE, *self.told, ""])

    def _event(self, version: int, kind: str, schema: int, data: bytes) -> Iterator[str]:
        try:
            event = self.decode(kind, schema, data)
        except Exception:  # noqa: BLE001 - what nobody can read is told as that, and left as it is
            event = None
        if not isinstance(event, CASE_EVENTS):
            yield f"{version:>4}  (en hendelse som denne utgaven ikke kjenner)"
            return
        if isinstance(event, CaseRegistered):
            self.number = event.case_number
        what = sentence(event).replace("\xa0", " ")
        yield f"{version:>4}  {happened_on(event):%d.%m.%Y}  {what}"
