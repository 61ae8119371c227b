"""One case: its state, its arithmetic and its decisions, a file a phase."""
