"""Exports that prove themselves: written, described, and verified without us."""
