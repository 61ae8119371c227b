"""The language: what can have happened, in what words and units. No decisions, no clock, no IO."""
