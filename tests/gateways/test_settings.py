"""Settings: who says what, who counts first, and what is told when one is wrong."""

from pathlib import Path

import pytest

from gateways.settings import HIDDEN, Described, SettingsError, describe, load, strangers


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is set but the data folder, which is empty."""
    for name in strangers():
        monkeypatch.delenv(name)
    for described in describe():
        variable = "KRAVSPOR_" + described.name.replace(".", "_").upper()
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(f"{variable}_FILE", raising=False)
    monkeypatch.delenv("KRAVSPOR_SETTINGS", raising=False)
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path))


def write(folder: Path, text: str) -> Path:
    path = folder / "kravspor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def described(name: str) -> Described:
    return next(each for each in describe() if each.name == name)


def test_with_nothing_set_the_database_is_embedded_and_the_agency_is_the_demo() -> None:
    assert load().database is None
    assert described("agency.name").origin == "demo default"
    assert described("log_level").origin == "default"


def test_the_data_folder_lies_beside_the_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRAVSPOR_DATA")
    assert load().data.name == ".kravspor"
    assert (load().data.parent / "kravspor").is_file()


def test_the_file_in_the_data_folder_is_read_and_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'log_level = "debug"\n\n[agency]\nname = "Ærlig Inkasso AS"\n')
    assert load().agency.name == "Ærlig Inkasso AS"
    assert described("agency.name") == Described(
        "agency.name", "Ærlig Inkasso AS", f"{path}, line 4"
    )


def test_the_environment_counts_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, '[agency]\nname = "File AS"\nphone = "11 22 33 44"\n')
    monkeypatch.setenv("KRAVSPOR_AGENCY_NAME", "Environment AS")
    assert load().agency.name == "Environment AS"
    assert load().agency.phone == "11 22 33 44"
    assert described("agency.name").origin == "KRAVSPOR_AGENCY_NAME"


def test_a_file_elsewhere_is_read_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'log_level = "debug"\n')
    (tmp_path / "other.toml").write_text('log_level = "error"\n')
    monkeypatch.setenv("KRAVSPOR_SETTINGS", str(tmp_path / "other.toml"))
    assert load().log_level == "error"


def test_a_secret_may_stand_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dsn").write_text("postgresql://a:hemmelig@db/k\n")
    monkeypatch.setenv("KRAVSPOR_DATABASE_FILE", str(tmp_path / "dsn"))
    secret = load().database
    assert secret is not None
    assert secret.get_secret_value() == "postgresql://a:hemmelig@db/k"


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABASE", "postgresql://a:hemmelig@db/k")
    assert described("database").value == HIDDEN
    assert "hemmelig" not in repr(load()) + str(describe())


def test_an_error_beside_a_secret_does_not_tell_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABASE", "postgresql://a:hemmelig@db/k")
    write(tmp_path, "keys_database = 7777\n")
    with pytest.raises(SettingsError) as refused:
        load()
    assert "hemmelig" not in str(refused.value)
    assert "7777" not in str(refused.value)


def test_a_secret_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABASE", "postgresql://db/k")
    monkeypatch.setenv("KRAVSPOR_DATABASE_FILE", str(tmp_path / "dsn"))
    with pytest.raises(SettingsError, match="KRAVSPOR_DATABASE_FILE and KRAVSPOR_DATABASE"):
        load()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1\n", "line 1: colour: is not a setting"),
        ('log_level = "info"\n[agency]\nnmae = "x"\n', "line 3: agency.nmae: is not a setting"),
        ('\nlog_level = "loud"\n', "line 2: log_level: Input should be 'debug', 'info'"),
        ('[agency]\norgnr = "12"\n', "line 2: agency.orgnr: String should match"),
        ('[agency]\nname = "  "\n', "line 2: agency.name: String should have at least 1"),
        ('agency = "x"\n', "line 1: agency: "),
        ("log_level = \n", "line 1, column 13"),
        ('log_level = "info"\nlog_level = "info"\n', "Cannot overwrite a value"),
    ],
)
def test_a_damaged_file_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load()
    assert str(path) in str(refused.value)
    assert told in str(refused.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "kravspor.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8 at byte 0"):
        load()


def test_a_file_asked_for_by_name_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_SETTINGS", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match=r"gone\.toml cannot be read: No such file"):
        load()


def test_a_misspelt_agency_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAVSPOR_AGENCY_NMAE", "x")
    with pytest.raises(SettingsError, match=r"KRAVSPOR_AGENCY_NMAE: agency\.nmae"):
        load()


def test_a_name_that_only_looks_like_a_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABAS", "x")
    monkeypatch.setenv("KRAVSPOR_PG_BIN", "/usr/bin")
    assert strangers() == ["KRAVSPOR_DATABAS"]


def test_settings_do_not_change_once_they_are_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().log_level = "debug"  # type: ignore[misc]  # that it is refused is the point


def test_a_secret_of_the_cluster_may_stand_in_a_file_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("hemmelig\n")
    monkeypatch.setenv("KRAVSPOR_KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", "a.example:9092,b.example:9092")
    secret = load().kafka.sasl_password

    assert secret is not None
    assert secret.get_secret_value() == "hemmelig"
    assert described("kafka.sasl_password").value == HIDDEN
    assert "hemmelig" not in repr(load()) + str(describe())
    assert strangers() == []


def test_the_cluster_of_the_tests_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAVSPOR_KAFKA", "127.0.0.1:9092")

    assert load().kafka.servers == ""
    assert strangers() == []


@pytest.mark.parametrize("servers", ["a.example", "a.example:9092;b:1", "a:1, b:2", ":9092"])
def test_addresses_that_are_none_are_told(monkeypatch: pytest.MonkeyPatch, servers: str) -> None:
    monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", servers)
    with pytest.raises(SettingsError, match=r"KRAVSPOR_KAFKA_SERVERS: kafka\.servers: "):
        load()
