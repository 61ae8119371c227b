"""The journal: commits, the verdict on them, the writer and the store above it."""
