"""The journal on a real cluster: brokers, workers and writers that are killed and paused."""
