"""Looking back: history, as-at, rebuild, verify. Never changes the log."""
