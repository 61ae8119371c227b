"""What is kept beside the log and cannot be computed from it again: who may come in, who did."""
