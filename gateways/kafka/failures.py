"""How a cluster fails, in one sentence: what was found, what is needed, what helps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.ports import UnavailableError
from gateways.kafka.access import Access
from gateways.kafka.library import (
    AuthenticationError,
    AuthorizationError,
    KafkaError,
    MechanismError,
    UnknownTopicError,
)
from gateways.kafka.said import forget, last_said

CHECK: Final = "`kravspor log check` tells more"
HUNG_UP: Final = "socket disconnected"
# What a library says is for its own people; these are for ours, by a word of it.
PLAINER: Final = {
    "ECONNREFUSED": "nothing listens there",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not one we trust: see KRAVSPOR_KAFKA_CA_FILE",
    "WRONG_VERSION_NUMBER": "it does not speak TLS: see KRAVSPOR_KAFKA_SECURITY_PROTOCOL",
    HUNG_UP: "it hangs up: does it speak what KRAVSPOR_KAFKA_SECURITY_PROTOCOL says?",
}

TURNED_AWAY: Final = ("SaslAuthenticationFailed", "UnsupportedSaslMechanism", "mechanism")


class TopicError(UnavailableError):
    """The topic is none a log can be kept in; the message says what is needed, and what helps."""


class TopicMissingError(TopicError):
    """There is no such topic."""


class TopicThereError(TopicError):
    """There is such a topic already."""


@contextmanager
def told_plainly(access: Access) -> Iterator[None]:
    """Tell the failures of a question that changes nothing.

    Raises UnavailableError, or TopicError when there is no such topic.
    """
    forget()
    try:
        yield
    except UnavailableError:
        raise
    except (KafkaError, OSError) as error:
        raise unreachable(access, error) from error


def unreachable(access: Access, error: BaseException) -> UnavailableError:
    """Why nothing could be asked or sent, from the library's exception."""
    if isinstance(error, (AuthenticationError, MechanismError)) or _turned_away(access):
        return UnavailableError(
            f"Kafka at {access.named} does not let us in as {access.sasl_username or 'nobody'} "
            f"({access.security_protocol}): correct KRAVSPOR_KAFKA_SASL_USERNAME, _SASL_PASSWORD, "
            "_SASL_MECHANISM or _SECURITY_PROTOCOL. Nothing has been written."
        )
    if isinstance(error, AuthorizationError):
        return UnavailableError(
            f"Kafka at {access.named} forbids {access.sasl_username or 'us'} what the log needs "
            f"on the topic {access.topic} ({type(error).__name__}): grant Describe, "
            "DescribeConfigs, Read and Write on it. Nothing has been written."
        )
    if isinstance(error, UnknownTopicError):
        return missing(access)
    return UnavailableError(
        f"Kafka cannot be reached at {access.named} ({_why(error)}). Nothing has been written; "
        "try again, or see KRAVSPOR_KAFKA_SERVERS and `kravspor kafka status`."
    )


def missing(access: Access) -> TopicMissingError:
    """There is no such topic."""
    return TopicMissingError(
        f"Kafka at {access.named} has no topic {access.topic}: make it with "
        "`kravspor log create`, or name another in KRAVSPOR_KAFKA_TOPIC."
    )


def _turned_away(access: Access) -> bool:
    """Whether we were refused, in words or by being hung up on each time.

    Over TLS the library loses the words of a broker that hangs up after them.
    """
    said = last_said()
    if any(word in line for line in said for word in TURNED_AWAY):
        return True
    hung_up = bool(said) and all(HUNG_UP in line for line in said)
    return hung_up and access.security_protocol.startswith("SASL")


def _why(error: BaseException) -> str:
    said = last_said()
    words = " ".join([*said, str(error)])
    for word, plainly in PLAINER.items():
        if word in words:
            return plainly
    return next(reversed(said), "") or str(error) or type(error).__name__
