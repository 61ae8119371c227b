"""All that is kept beside the log, as an office holds it."""

from dataclasses import dataclass

from gateways.durable.access import AccessStore
from gateways.durable.requests import RequestStore
from gateways.durable.webhooks import WebhookStore
from replay.checkpoints import CheckpointStore


@dataclass(frozen=True, slots=True)
class Durable:
    """The stores beside the log. A backup holds them; nothing makes them anew."""

    access: AccessStore
    requests: RequestStore
    checkpoints: CheckpointStore
    webhooks: WebhookStore
