"""Making an export: what is needed is written, then the log is told, then it is there."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5

from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope
from engine.ports import OutcomeUnknownError
from engine.streams import export_stream
from events.export import ExportKind, ExportMade
from gateways.exporting.folder import whole_folder
from gateways.exporting.scope import SHARD, Exported, Scope
from gateways.exporting.writing import Exporter, Written
from gateways.ids import SystemIds
from gateways.office import Office


def scope_of(
    office: Office,
    case_id: UUID | None = None,
    creditor_id: UUID | None = None,
    start: int = 0,
    until: int | None = None,
) -> Scope:
    """What is asked for, up to where the log is now where no end is given."""
    end = office.runner.index.meta(SHARD).next_offset if until is None else until
    kind: ExportKind = "case" if case_id else "creditor" if creditor_id else "log"
    return Scope(kind=kind, subject_id=case_id or creditor_id, start=start, until=end)


def export(
    office: Office, scope: Scope, to: Path, actor: str, progress: Callable[[int], None]
) -> Exported:
    """Write the export to `to`, whole or not at all.

    That it was made stands in the log before the folder is there, so there is no export
    that nobody knows of.
    Refuses: folder_not_empty, range_empty, range_beyond_log, subject_unknown.
    Raises UnprovableError when the log is not what was judged, or signed before.
    """
    exporter = exporter_of(office)
    with whole_folder(to) as folder:
        written = exporter.write(scope, folder, office.clock.now(), progress)
        event = _event(office, scope, written)
        _note(office, event, actor)
    return Exported(
        folder=str(to),
        kind=scope.kind,
        from_offset=scope.start,
        until_offset=scope.until,
        log_lines=written.log_lines,
        lines=written.counted.lines,
        events=written.counted.events,
        manifest_sha256=event.manifest_sha256,
    )


def exporter_of(office: Office) -> Exporter:
    """Exports from the office's log."""
    runner = office.runner
    return Exporter(runner.log, runner.index, office.notary, office.store.decode)


def _event(office: Office, scope: Scope, written: Written) -> ExportMade:
    return ExportMade(
        kind=scope.kind,
        subject_id=scope.subject_id,
        from_offset=scope.start,
        until_offset=scope.until,
        lines=written.counted.lines,
        personal=scope.personal,
        manifest_sha256=sha256(written.manifest).hexdigest(),
        exported_on=office.today,
    )


def _note(office: Office, event: ExportMade, actor: str) -> None:
    export_id = SystemIds().commit_id()
    stream = export_stream(export_id)
    envelope = Envelope(
        command_id=uuid5(export_id, "export"),
        content=event.manifest_sha256.encode(),
        actor=actor,
        correlation=export_id,
        causation=None,
        now=office.clock.now(),
    )
    outcome = office.store.append({stream: [event]}, expected={stream: None}, envelope=envelope)
    if not isinstance(outcome, Committed):
        raise OutcomeUnknownError("the log has not answered, so nothing was exported; try again")
