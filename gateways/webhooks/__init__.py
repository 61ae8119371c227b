"""Telling others by HTTP of what happens."""
