"""A broker that asks who comes, over TLS: let in, and turned away with what is wrong."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.ports import UnavailableError
from gateways.kafka.access import Access
from gateways.kafka.broker.cluster import HOST, Cluster
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import create
from tests.conftest import JARS, brought_up

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.xdist_group("secured broker"),
]

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
USERS = 'user_kravspor="right" user_stranger="too";'


class Certificates(NamedTuple):
    """A broker's key with its certificate, and an authority's certificate."""

    broker: Path
    authority: Path


def certificates(folder: Path) -> Certificates:
    """A key and a certificate for this machine that sign themselves, in the form Kafka reads."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a broker in a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    folder.mkdir(exist_ok=True)
    (folder / "broker.pem").write_bytes(private + shown)
    (folder / "authority.pem").write_bytes(shown)
    return Certificates(folder / "broker.pem", folder / "authority.pem")


def free_port() -> int:
    """A port that is free with the next and the one a hundred above, drawn by chance."""
    for _ in range(1000):
        port = 15_000 + secrets.randbelow(4_000)
        with ExitStack() as stack:
            try:
                for each in (port, port + 1, port + 100):
                    stack.enter_context(socket.socket()).bind((HOST, each))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    """A topic on a broker with SASL_SSL; who is not kravspor may do nothing there."""
    folder = tmp_path_factory.mktemp("secured")
    made = certificates(folder)
    port = free_port()
    secure = port + 1
    more = {
        "listeners": f"CLIENT://{HOST}:{port},CONTROLLER://{HOST}:{port + 100},"
        f"SECURE://{HOST}:{secure}",
        "advertised.listeners": f"CLIENT://{HOST}:{port},SECURE://{HOST}:{secure}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": f"{PLAIN} {USERS}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(made.broker),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:kravspor",
    }
    cluster = brought_up(lambda: Cluster.up(folder / "kafka", JARS, port=port, more=more))
    access = Access(
        servers=(f"{HOST}:{secure}",),
        topic="secured",
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="kravspor",
        sasl_password="right",  # noqa: S106 - of a broker in a test
        ca_file=str(made.authority),
    )
    try:
        create(access, development=True)
        yield access
    finally:
        cluster.node(1).kill()


@pytest.mark.parametrize("faster", [False, True], ids=["kafka-python", "confluent-kafka"])
def test_who_has_the_password_writes_and_reads_over_tls(secured: Access, *, faster: bool) -> None:
    with closing(KafkaLog.open(replace(secured, faster_client=faster))) as log:
        offset = log.append(0, b"over tls")

        assert log.read(0, offset, 9) == [(offset, b"over tls")]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (
            {"sasl_password": "wrong"},
            r"does not let us in as kravspor \(SASL_SSL\): correct .*_SASL_PASSWORD",
        ),
        ({"sasl_username": "nobody"}, r"does not let us in as nobody"),
        ({"sasl_mechanism": "SCRAM-SHA-512"}, r"does not let us in .*_SASL_MECHANISM"),
        ({"sasl_username": "stranger", "sasl_password": "too"}, r"forbids stranger .*grant Desc"),
        ({"ca_file": None}, r"its certificate is not one we trust: see KRAVSPOR_KAFKA_CA_FILE"),
    ],
    ids=["password", "user", "mechanism", "no rights", "certificate"],
)
def test_who_is_turned_away_is_told_why_and_what_helps(
    secured: Access, other: dict[str, str | None], told: str
) -> None:
    with pytest.raises(UnavailableError, match=told) as refused:
        KafkaLog.open(replace(secured, **other))  # type: ignore[arg-type]  # fields by name

    for secret in ("right", "wrong"):
        assert secret not in str(refused.value)


def test_who_speaks_no_tls_is_told_which_setting_it_is(secured: Access) -> None:
    plain = replace(secured, security_protocol="SASL_PLAINTEXT")

    with pytest.raises(UnavailableError, match="_SECURITY_PROTOCOL"):
        KafkaLog.open(plain)


def test_a_secret_is_in_no_words_about_the_way_to_the_log(secured: Access) -> None:
    assert "right" not in repr(secured)
