"""Ours against the eventsourcing library and against the machine, side by side on one server."""
