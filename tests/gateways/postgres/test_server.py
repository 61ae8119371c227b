"""The embedded server: started from nothing, shared, killed, and told about when it cannot be."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateways.postgres.binaries import find_binaries, version
from gateways.postgres.server import Server, ServerError

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("server"),
]
ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("a folder's name") / "pg"
    yield folder
    Server.start(folder).stop()


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.dsn("postgres")) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def pid(server: Server) -> int:
    return int((server.cluster.pgdata / "postmaster.pid").read_text().split()[0])


def test_a_server_starts_from_an_empty_folder_and_lowers_norwegian_letters(home: Path) -> None:
    with Server.start(home) as server:
        assert ask(server, "select lower('ÆØÅ')") == "æøå"


def test_what_is_committed_is_on_the_disk_and_checked(home: Path) -> None:
    with Server.start(home) as server:
        assert ask(server, "show fsync") == "on"
        assert ask(server, "show synchronous_commit") == "on"
        assert ask(server, "show data_checksums") == "on"


def test_the_server_listens_on_no_network(home: Path) -> None:
    with Server.start(home) as server:
        assert ask(server, "show listen_addresses") == ""


def test_only_its_owner_may_reach_its_socket(home: Path) -> None:
    with Server.start(home) as server:
        folder = server.cluster.socket_dir()
        assert folder is not None
        assert folder.stat().st_mode & 0o077 == 0


def test_two_who_start_the_same_folder_share_one_server_and_the_last_stops_it(home: Path) -> None:
    first, second = Server.start(home), Server.start(home)
    assert pid(first) == pid(second)
    first.close()
    assert second.cluster.running()
    second.close()
    assert not second.cluster.running()


def test_closing_twice_stops_nothing_that_another_uses(home: Path) -> None:
    first = Server.start(home)
    first.close()
    with Server.start(home) as second:
        first.close()
        assert second.cluster.running()


def test_a_killed_server_is_started_again_with_all_that_was_committed(home: Path) -> None:
    server = Server.start(home)
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    os.kill(pid(server), signal.SIGKILL)
    with Server.start(home) as again:
        assert ask(again, "select count(*) from kept") == 1000
    server.close()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(home: Path) -> None:
    with Server.start(home) as server:
        stale = (server.cluster.pgdata / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen([*server.cluster.privilege.prefix, "sleep", "60"])  # noqa: S603 - a stranger of ours
    pid_file = server.cluster.pgdata / "postmaster.pid"
    pid_file.write_text("\n".join([str(stranger.pid), *stale[1:]]) + "\n")
    server.cluster.privilege.give(pid_file)
    try:
        with Server.start(home) as again:
            assert pid(again) != stranger.pid
    finally:
        stranger.kill()
        stranger.wait()


def test_making_a_database_twice_makes_it_once(home: Path) -> None:
    with Server.start(home) as server:
        assert server.ensure_database("twice") == server.ensure_database("twice")
        with psycopg.connect(server.dsn("twice")) as connection:
            assert connection.info.dbname == "twice"


@pytest.mark.parametrize("name", ["", "Ø", 'a"b', "a-b", "1a", "a" * 64])
def test_a_name_no_database_can_have_is_refused(home: Path, name: str) -> None:
    with Server.start(home) as server, pytest.raises(ServerError, match="cannot name a database"):
        server.ensure_database(name)


def test_a_stopped_server_has_no_address(home: Path) -> None:
    server = Server.start(home)
    server.stop()
    with pytest.raises(ServerError, match="is not running"):
        server.dsn("postgres")


def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25) / "pg"
    with Server.start(folder) as server:
        elsewhere = server.cluster.socket_dir()
        assert ask(server, "select 1") == 1
    assert elsewhere is not None
    assert not elsewhere.exists()


@pytest.mark.skipif(not ROOT, reason="only root has a home that the server's user cannot enter")
def test_a_folder_inside_a_closed_home_works_and_the_home_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    with Server.start(closed / "kravspor" / "pg") as server:
        assert ask(server, "select 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


@pytest.mark.skipif(not ROOT, reason="only root has to be somebody else")
def test_the_server_never_runs_as_root(home: Path) -> None:
    with Server.start(home) as server:
        assert Path(f"/proc/{pid(server)}").stat().st_uid != 0


def test_a_cluster_left_half_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "pg" / "cluster.new" / "base").mkdir(parents=True)
    with Server.start(tmp_path / "pg") as server:
        assert ask(server, "select 1") == 1


def test_data_of_a_version_that_is_not_here_is_told_and_left_alone(tmp_path: Path) -> None:
    old = tmp_path / "cluster"
    old.mkdir()
    (old / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerError, match="made by PostgreSQL 9"):
        Server.start(tmp_path)
    assert (old / "PG_VERSION").read_text() == "9\n"


def test_a_data_folder_that_is_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pg").write_text("")
    with pytest.raises(ServerError, match="pg: File exists"):
        Server.start(tmp_path / "pg")


@pytest.mark.parametrize("letter", list('$`"\\'))
def test_a_folder_that_a_shell_would_read_otherwise_is_refused(
    tmp_path: Path, letter: str
) -> None:
    with pytest.raises(ServerError, match="take no"):
        Server.start(tmp_path / f"a{letter}b" / "pg")
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_postgresql_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_PG_BIN", str(tmp_path))
    with pytest.raises(ServerError, match="KRAVSPOR_PG_BIN"):
        Server.start(tmp_path / "pg")


def test_the_programs_found_without_asking_are_new_enough() -> None:
    assert version(find_binaries()) >= 15


def test_every_version_on_this_machine_makes_a_server(tmp_path: Path) -> None:
    folders = {find_binaries(), *Path("/usr/lib/postgresql").glob("*/bin")}
    for folder in (folder for folder in folders if (folder / "initdb").exists()):
        home = tmp_path / str(version(folder))
        with Server.start(home, bin_dir=folder) as server:
            assert str(ask(server, "show server_version")).startswith(str(version(folder)))
        with Server.start(home) as server:
            assert ask(server, "select 1") == 1
        shutil.rmtree(home)
