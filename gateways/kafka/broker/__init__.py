"""A real Kafka on this machine, for tests and by hand: its jars, its nodes, its cluster."""
