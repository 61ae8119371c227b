"""The law, the deciding, the sagas, the journal: pure but for ports."""
