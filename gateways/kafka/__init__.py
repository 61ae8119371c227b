"""Kafka as the log: the adapter of the port, its topic, and a broker of our own to run it on."""
