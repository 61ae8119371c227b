"""Making an export: what is needed is written, then the log is told, then it is there."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid5

from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope
from engine.journal.shards import in_use, shard_of_id
from engine.ports import OutcomeUnknownError
from engine.streams import export_stream
from events.export import ExportedSpan, ExportMade
from gateways.exporting.folder import whole_folder
from gateways.exporting.scope import Exported, Scope, Span
from gateways.exporting.walking import Progress, Source
from gateways.exporting.writing import Exporter, Opening, Written
from gateways.ids import SystemIds
from gateways.office import Office

Ends = Mapping[int, int]  # offsets by shard

NOW: Ends = {}


def scope_of_log(office: Office, starts: Ends = NOW, ends: Ends = NOW) -> Scope:
    """The log, or of the shards that are named the records between those offsets.

    Where no end is given it goes to where the log is now; a shard with nothing in it is
    left out.
    """
    index = office.runner.index
    shards = sorted({*starts, *ends}) or in_use(index)
    spans = [
        Span(shard, starts.get(shard, 0), ends.get(shard, index.meta(shard).next_offset))
        for shard in shards
    ]
    named = {*starts, *ends}
    return Scope(spans=tuple(span for span in spans if span.until or span.shard in named))


def scope_of_case(office: Office, case_id: UUID, ends: Ends = NOW) -> Scope:
    """What is about a case."""
    spans = (_whole(office, shard_of_id(case_id), ends),)
    return Scope(kind="case", subject_id=case_id, spans=spans)


def scope_of_creditor(office: Office, creditor_id: UUID, ends: Ends = NOW) -> Scope:
    """What is about a creditor."""
    spans = (_whole(office, shard_of_id(creditor_id), ends),)
    return Scope(kind="creditor", subject_id=creditor_id, spans=spans)


def export(office: Office, scope: Scope, to: Path, actor: str, progress: Progress) -> Exported:
    """Write the export to `to`, whole or not at all.

    That it was made stands in the log before the folder is there, so there is no export
    that nobody knows of.
    Refuses: folder_not_empty, range_empty, range_beyond_log, subject_unknown.
    Raises UnprovableError when the log is not what was judged, or signed before.
    """
    source = Source(office.runner.log, office.runner.index, office.notary.store)
    exporter = Exporter(source, office.notary, Opening(office.vault, office.store.decode))
    with whole_folder(to) as folder:
        written = exporter.write(scope, folder, office.clock.now(), progress)
        _note(office, _event(office, scope, written), actor)
    return Exported(
        folder=str(to),
        kind=scope.kind,
        until=",".join(f"{span.shard}:{span.until}" for span in scope.spans),
        lines=written.lines,
        events=written.events,
        manifest_sha256=written.manifest_sha256,
    )


def _whole(office: Office, shard: int, ends: Ends) -> Span:
    return Span(shard, 0, ends.get(shard, office.runner.index.meta(shard).next_offset))


def _event(office: Office, scope: Scope, written: Written) -> ExportMade:
    return ExportMade(
        kind=scope.kind,
        subject_id=scope.subject_id,
        spans=tuple(
            ExportedSpan(shard=span.shard, from_offset=span.start, until_offset=span.until)
            for span in scope.spans
        ),
        lines=written.lines,
        personal=scope.personal,
        manifest_sha256=written.manifest_sha256,
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
