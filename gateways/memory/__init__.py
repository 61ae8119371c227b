"""The log, the index and the keys in memory: for tests, simulation and what-if."""
