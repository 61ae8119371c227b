"""An office with something of everything in its log, and what was exported from it."""

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from engine.journal.commit import encode, read_line
from engine.journal.note import Signer
from engine.journal.recorded import Envelope
from engine.ports import HaltedError
from gateways.desk.invoices import take_in
from gateways.exporting import making
from gateways.exporting.scope import Exported, Scope
from gateways.exporting.verify import FORMAT, MANIFEST, SIGNATURE, Finding, verify
from projections import case_list
from projections.quarantine import quarantine
from tests.gateways.desk.world import World, csv_of, row

NAMESPACE = UUID("5a1de0f2-77c4-5c9e-8a1f-0d6f0b3e9c11")
JUNK = b"nonsense of\na failing disk"
LOG, PLACES, CHECKPOINT = "log-0.jsonl.gz", "places-0.jsonl.gz", "checkpoint-0.txt"
NAMES = ("Ola Nordmann", "Kari Hansen", "Per Bakke")


class House:
    """Three cases of two creditors; a void commit, a repeated one, and one nobody can read."""

    def __init__(self) -> None:
        self.world = world = World()
        world.creditor()
        world.creditor(2, "Andre AS")
        rows = [row("1001"), row("1002"), row("1003", name=NAMES[1])]
        rows.append(row("77", name=NAMES[2], creditor="Andre AS"))
        take_in(world.office, csv_of(*rows), "f.csv", today=world.today, actor="user:kari")
        world.days_until(date(2026, 8, 20))
        self._misfortunes()
        world.days_until(date(2026, 8, 25))

    @property
    def key(self) -> str:
        """The public key as it is made known."""
        return self.world.office.notary.signer("memory").public.text

    @property
    def end(self) -> int:
        return self.world.office.runner.log.end(0)

    def case_id(self, number: int = 0) -> UUID:
        return self._cases()[number].case_id

    def creditor_id(self, number: int = 0) -> UUID:
        return self._cases()[number].creditor_id

    def scope(self, kind: str = "log") -> Scope:
        """A scope of each kind, and a part of the log from its middle on."""
        office = self.world.office
        if kind == "case":
            return making.scope_of_case(office, self.case_id())
        if kind == "creditor":
            return making.scope_of_creditor(office, self.creditor_id())
        if kind == "range":
            return making.scope_of_log(office, {0: 7}, {0: self.end - 3})
        return making.scope_of_log(office)

    def export(self, scope: Scope, to: Path) -> Exported:
        return making.export(self.world.office, scope, to, "user:kari", lambda _: None)

    def _cases(self) -> list[case_list.CaseRow]:
        rows = self.world.office.rows.find(case_list.TABLE)
        return sorted(rows, key=lambda each: each.case_number)

    def _misfortunes(self) -> None:
        runner = self.world.office.runner
        log, index = runner.log, runner.index
        begun = f'"case-{self.case_id()}"'.encode()
        lines = [line for _, raw in log.read(0, 0, 999) for line in raw.split(b"\n")]
        sent = next(line for line in lines if begun in line)
        void = msgspec.structs.replace(
            read_line(sent).commit,
            commit_id=uuid5(NAMESPACE, "late"),
            command_id=uuid5(NAMESPACE, "late command"),
        )
        for raw in (sent, encode(void), JUNK):
            log.append(0, raw)
        try:
            runner.catch_up(0)
        except HaltedError:
            commit_id = uuid5(NAMESPACE, "quarantine")
            envelope = Envelope(
                command_id=uuid5(commit_id, "command"),
                content=b"a disk failed",
                actor="user:drift",
                correlation=commit_id,
                causation=None,
                now=self.world.clock.now(),
            )
            quarantine(log, index, 0, commit_id=commit_id, envelope=envelope)
        runner.catch_up(0)


def lines_of(folder: Path, name: str = LOG) -> list[bytes]:
    return gzip.decompress((folder / name).read_bytes()).split(b"\n")[:-1]


def repack(folder: Path, lines: Sequence[bytes], name: str = LOG) -> None:
    """Write lines in place of those there are, in a file that unpacks well."""
    packed = gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0)
    (folder / name).write_bytes(packed)


def resign(
    folder: Path, change: Callable[[dict[str, Any]], object], signer: Signer | None
) -> None:
    """Edit the manifest, make its sums fit, and sign it anew where there is a key to do so."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    change(manifest)
    for name, told in manifest["files"].items():
        content = (folder / name).read_bytes()
        told |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    raw = json.dumps(manifest).encode()
    (folder / MANIFEST).write_bytes(raw)
    if signer is not None:
        note = signer.sign(f"{FORMAT}\n{MANIFEST}\n{sha256(raw).hexdigest()}\n")
        (folder / SIGNATURE).write_text(note)


def found(folder: Path, key: str = "") -> list[Finding]:
    return verify(folder, key)[1].told


def files_of(folder: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file()]
