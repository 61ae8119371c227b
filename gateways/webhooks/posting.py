"""One call of a webhook: signed as Standard Webhooks asks, and never longer than ten seconds."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid5

import httpx
from standardwebhooks.webhooks import Webhook as Signer

from engine.vault import Vault
from gateways.durable.webhooks import Delivery, Webhook
from gateways.webhooks.target import UnreachableError, found

SECONDS_MOST: Final = 10.0
OK: Final = range(200, 300)
GONE: Final = 410
AGENT: Final = "Kravspor-Webhook/1"


def secret_of(vault: Vault, hook: Webhook) -> str:
    """The secret the webhook is signed with, as its owner is shown it once."""
    words = f"{hook.webhook_id}:{hook.secret_version}".encode()
    return "whsec_" + b64encode(bytes.fromhex(vault.hmac("webhook", words))).decode()


def message_id(delivery: Delivery) -> str:
    """The same for every try, so that a receiver knows what it has had."""
    return f"msg_{uuid5(delivery.webhook_id, str(delivery.event_id)).hex}"


@dataclass(frozen=True, slots=True)
class Postman:
    """Calls webhooks. `local` lets it call this machine, and without TLS, for trying out."""

    client: httpx.Client
    vault: Vault
    local: bool

    def post(self, hook: Webhook, delivery: Delivery, now: datetime) -> str:
        """Call the webhook; the status it answered, or in words why there was none.

        Nothing of the answer's body is read: it is nobody's business here.
        """
        try:
            target = found(hook.url, local=self.local)
        except UnreachableError as error:
            return str(error)
        request = self.client.build_request(
            "POST",
            target.url,
            content=delivery.body,
            headers={"Host": target.named, **self._signed(hook, delivery, now)},
            extensions={"sni_hostname": target.host},
        )
        try:
            answer = self.client.send(request, stream=True)
        except httpx.TimeoutException:
            return "no answer in time"
        except httpx.HTTPError as error:
            return f"no answer ({type(error).__name__})"
        answer.close()
        return str(answer.status_code)

    def _signed(self, hook: Webhook, delivery: Delivery, now: datetime) -> dict[str, str]:
        named, body = message_id(delivery), delivery.body.decode()
        signature = Signer(secret_of(self.vault, hook)).sign(named, now, body)
        return {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": named,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }


def client_of() -> httpx.Client:
    """A client that follows nobody elsewhere and takes no proxy from its surroundings."""
    return httpx.Client(timeout=SECONDS_MOST, follow_redirects=False, trust_env=False)


def taken(answer: str) -> bool:
    """Whether the answer says that the message was taken."""
    return answer.isdecimal() and int(answer) in OK


def gone(answer: str) -> bool:
    """Whether the answer says that nothing more is wanted there."""
    return answer == str(GONE)
