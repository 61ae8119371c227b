"""Where a webhook may go: to a public address over TLS, and nowhere inside our own network."""

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from engine.refusal import RefusedError, refuse_if

TLS_PORT, PLAIN_PORT = 443, 80


class UnreachableError(Exception):
    """The address cannot be found, or is one we do not call."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address found: what to call, and the name it is called by."""

    url: str
    host: str
    named: str


def refuse_bad_url(url: str, *, local: bool) -> None:
    """Refuse an address that could never be called; whether its name is found is seen later.

    `local` lets plain HTTP and this machine through, for trying things out.
    Refuses: webhook_url_invalid, webhook_url_not_tls, webhook_url_private.
    """
    parts = _parts(url)
    refuse_if(parts.scheme != "https" and not local, "webhook_url_not_tls")
    try:
        literal = ip_address(parts.hostname or "")
    except ValueError:
        refuse_if(parts.hostname == "localhost" and not local, "webhook_url_private")
        return
    refuse_if(not (literal.is_global or local), "webhook_url_private")


def found(url: str, *, local: bool) -> Target:
    """The address as it is now. It is looked up at every call, and called by number.

    So nobody can name a public machine when we look and an inner one when we call.
    Raises UnreachableError.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    port = parts.port or (TLS_PORT if parts.scheme == "https" else PLAIN_PORT)
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnreachableError("the name is not found") from error
    addresses = [ip_address(answer[4][0]) for answer in answers]
    if not local and not all(address.is_global for address in addresses):
        raise UnreachableError("the name is of a private address")
    address = addresses[0]
    written = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    named = host if port in (TLS_PORT, PLAIN_PORT) else f"{host}:{port}"
    return Target(f"{parts.scheme}://{written}:{port}{path}{query}", host, named)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise RefusedError("webhook_url_invalid") from None
    usable = parts.scheme in ("http", "https") and parts.hostname and url.isascii()
    refuse_if(not usable or bool(parts.username) or bool(parts.fragment), "webhook_url_invalid")
    return parts
