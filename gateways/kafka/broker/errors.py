"""How a Kafka of our own fails."""


class BrokerError(Exception):
    """The Kafka on this machine cannot be used; the message says why and what to do."""


class NotInstalledError(BrokerError):
    """Java or Maven is missing, or the jars cannot be brought; the message says what mends it."""
