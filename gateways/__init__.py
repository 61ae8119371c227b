"""Every edge: command line, PostgreSQL, bank files, letters, imports; and the wiring."""
