"""The `eventsourcing` library on our log: its recorders and factories, one module a store."""
