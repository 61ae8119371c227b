"""The settings: from the environment, from one file, or as a demo has them."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

CHECKOUT = Path(__file__).resolve().parents[1]
PREFIX = "KRAVSPOR_"
FILE = "kravspor.toml"
DEFAULT, DEMO = "default", "demo default"
HIDDEN = "********"
TESTED_ON = "KRAVSPOR_KAFKA"  # the tests' cluster; a setting would begin with it, too
# Read by the launchers and by `_settings_file`; not settings of the engine.
NOT_SETTINGS = {"KRAVSPOR_SETTINGS", "KRAVSPOR_PG_BIN", "KRAVSPOR_PYTHON", TESTED_ON}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class SettingsError(Exception):
    """A setting cannot be used; the message names where it stands and what is wrong with it."""


class Agency(BaseModel):
    """Who sends the letters. The defaults are of an agency that does not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text = "Eksempel Inkasso AS"
    orgnr: Annotated[str, StringConstraints(pattern=r"^\d{9}$")] = "999999999"
    address: Text = "Eksempelgata 1, 0001 Oslo"
    phone: Text = "00 00 00 00"
    email: Text = "post@inkasso.example"
    website: Text = "www.inkasso.example"
    klientkonto: Annotated[str, StringConstraints(pattern=r"^\d{11}$")] = "12345678911"
    licence: Text = "demo: no licence"


class Kafka(BaseModel):
    """The cluster that keeps the log; without `servers` the log is in PostgreSQL."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    servers: Annotated[str, StringConstraints(pattern=r"^([^\s:,]+:\d+(,[^\s:,]+:\d+)*)?$")] = ""
    topic: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,249}$")] = "inkasso.events"
    client: Literal["kafka-python", "confluent-kafka"] = "kafka-python"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: Text | None = None
    sasl_password: SecretStr | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: SecretStr | None = None
    check_hostname: bool = True


class Settings(BaseSettings):
    """All settings, read once at the edge by `load` and passed in.

    `agency.name` is `KRAVSPOR_AGENCY_NAME` in the environment, which counts before `name`
    under `[agency]` in the file. A secret may stand in a file of its own, which
    `KRAVSPOR_DATABASE_FILE` names.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
    )

    data: Path = CHECKOUT / ".kravspor"
    database: SecretStr | None = None  # None: the embedded PostgreSQL in `data`
    keys_database: SecretStr | None = None  # None: a database of its own beside `database`
    kafka: Kafka = Field(default_factory=Kafka)
    agency: Agency = Field(default_factory=Agency)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    requests_per_second: float = Field(default=50.0, gt=0)  # what one key may ask in the long run
    requests_at_once: int = Field(default=200, gt=0)  # and in a burst
    keep_requests_days: int = Field(default=30, ge=1, le=3650)  # how long a key is held to a wish
    keep_deliveries_days: int = Field(default=90, ge=1, le=3650)  # how long what webhooks took
    allow_synthetic_ids: bool = False  # whether the official test persons may be debtors
    otlp_endpoint: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""  # traces
    one_core: bool = True  # whether the threads of `serve` keep to one core
    local_webhooks: bool = False  # whether webhooks may go to this machine, and without TLS

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: `load` asks the sources itself, to know who said what."""
        return (init_settings,)


class Described(NamedTuple):
    """One setting as it may be shown to anybody."""

    name: str
    value: str
    origin: str


class Said(NamedTuple):
    """What one source says of one setting."""

    value: object
    origin: str


def _secrets(model: type[BaseModel], outer: str = "") -> Iterator[str]:
    for name, about in model.model_fields.items():
        if about.annotation == SecretStr | None:
            yield f"{outer}{name}"
        elif isinstance(about.annotation, type) and issubclass(about.annotation, BaseModel):
            yield from _secrets(about.annotation, f"{outer}{name}.")


SECRETS = tuple(_secrets(Settings))


def load() -> Settings:
    """The settings as environment and file have them now.

    Raises SettingsError when one cannot be used, or a name is not a setting's.
    """
    return _validated(_gathered())


def describe() -> list[Described]:
    """Every setting with its value and where that is from; secrets are hidden.

    Raises SettingsError as `load` does.
    """
    said = _gathered()
    shown = dict(_flat(_validated(said).model_dump()))
    return [
        Described(name, _shown(value), said[name].origin if name in said else _untold(name))
        for name, value in shown.items()
    ]


def strangers() -> list[str]:
    """Names in the environment that look like settings of ours and are none."""
    names = {PREFIX + name.replace(".", "_").upper() for name, _ in _flat(Settings().model_dump())}
    known = names | {f"{_variable(name)}_FILE" for name in SECRETS} | NOT_SETTINGS
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _gathered() -> dict[str, Said]:
    """What is said of each setting, by its dotted name: the environment after the file."""
    environment = dict(_in_environment())
    data = Path(str(environment.get("data", Settings.model_fields["data"].default)))
    said = dict(_in_file(_settings_file(data)))
    said |= {name: Said(value, _variable(name)) for name, value in environment.items()}
    return said | dict(_in_secret_files(environment))


def _in_environment() -> Iterator[tuple[str, object]]:
    source = EnvSettingsSource(Settings)
    others = {TESTED_ON, *(f"{_variable(name)}_FILE" for name in SECRETS)}
    source.env_vars = {n: v for n, v in source.env_vars.items() if n.upper() not in others}
    return _flat(source())


def _settings_file(data: Path) -> Path | None:
    """The file to read; one that was asked for by name has to be there."""
    if chosen := os.environ.get("KRAVSPOR_SETTINGS"):
        return Path(chosen)
    return data / FILE if (data / FILE).exists() else None


def _in_file(path: Path | None) -> Iterator[tuple[str, Said]]:
    if path is None:
        return
    text = _text(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    for name, value in _flat(values):
        yield name, Said(value, f"{path}, line {_line(text, name)}")


def _in_secret_files(environment: Mapping[str, object]) -> Iterator[tuple[str, Said]]:
    for name in SECRETS:
        variable = f"{_variable(name)}_FILE"
        if path := os.environ.get(variable):
            if name in environment:
                raise SettingsError(f"{variable} and {_variable(name)} are both set: keep one")
            yield name, Said(_text(Path(path)).strip(), f"{variable} ({path})")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 at byte {error.start}") from error


def _validated(said: Mapping[str, Said]) -> Settings:
    try:
        return Settings.model_validate(_nested(said))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]  # an input may be a secret
        name = ".".join(str(part) for part in first["loc"])
        origin = said[name].origin if name in said else "the settings"
        wrong = "is not a setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(f"{origin}: {name}: {wrong}") from None


def _nested(said: Mapping[str, Said]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for name, (value, _) in said.items():
        outer, _, inner = name.partition(".")
        group = nested.setdefault(outer, {}) if inner else nested
        if isinstance(group, dict):
            group[inner or outer] = value
    return nested


def _flat(values: Mapping[str, object], outer: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{outer}{name}.")
        else:
            yield f"{outer}{name}", value


def _variable(name: str) -> str:
    return PREFIX + name.replace(".", "_").upper()


def _line(text: str, name: str) -> int:
    """The line of `name` in the file, or 1 when it is written in an unusual way."""
    *tables, key = name.split(".")
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            table = found[1]
        if table == ".".join(tables) and re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
            return number
    return 1


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN
    return "" if value is None else str(value)


def _untold(name: str) -> str:
    return DEMO if name.startswith("agency.") else DEFAULT
