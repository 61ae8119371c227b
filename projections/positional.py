"""What two runs of the same story may tell differently: where a thing stands, not what it is."""

from typing import Final

POSITION: Final = "where in the log it stands, which hangs on who wrote first that day"
EVENT: Final = "an event's id, made of the random id of the attempt that wrote it"

# All else in a projection is the same, however often the work was killed and begun again.
POSITIONAL: Final[dict[str, dict[str, str]]] = {
    "case_list": {"last_nid": POSITION},
    "due": {"cause": EVENT},
    "timeline": {"event_id": EVENT, "nid": POSITION},
    "document": {"nid": POSITION},
    "ordered_act": {"nid": POSITION},
    "payment": {"nid": POSITION},
    "posting": {"event_id": EVENT, "nid": POSITION},
    "payable": {"event_id": EVENT, "nid": POSITION},
    "payout": {"after_position": POSITION, "until_position": POSITION, "nid": POSITION},
    "payout_line": {"source_event_id": EVENT},
}
