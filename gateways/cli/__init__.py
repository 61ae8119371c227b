"""The command line: one table of commands, each loaded only when it is called."""

from gateways.cli.app import main

__all__ = ["main"]
