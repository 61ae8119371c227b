"""Who waits for the index is woken when it moves, and not before."""

import asyncio
from threading import Event, Thread

from gateways.http.stream import Bell
from gateways.moves import Moves, Place


def test_who_waits_for_an_event_goes_on_when_it_stands() -> None:
    moves = Moves()
    Thread(target=lambda: moves.tell(0, Place(3, 2))).start()

    assert moves.wait(0, 10, nid=3)
    assert moves.at(0) == Place(3, 2)


def test_who_waits_for_an_event_of_another_shard_is_not_let_through() -> None:
    moves = Moves()
    moves.tell(1, Place(3, 2))

    assert not moves.wait(0, 0, nid=1)
    assert moves.wait(1, 0, nid=3, offset=2)
    assert not moves.wait(1, 0, nid=3, offset=3)


def test_what_is_told_late_takes_nothing_back() -> None:
    moves = Moves()
    moves.tell(0, Place(5, 5))
    moves.tell(0, Place(4, 4))

    assert moves.at(0) == Place(5, 5)


def test_an_index_that_began_again_is_told_as_it_stands() -> None:
    moves = Moves()
    moves.tell(0, Place(5, 5))
    moves.stand({0: Place(1, 1)})

    assert moves.at(0) == Place(1, 1)


def test_who_waits_finds_out_though_nobody_tells() -> None:
    answers = iter([None, None, "decided"])

    assert Moves().until(lambda: next(answers), 10) == "decided"


def test_nobody_listens_until_somebody_asks() -> None:
    begun = Event()
    moves = Moves(begun.set)
    assert not begun.is_set()

    moves.wait(0, 0)
    assert begun.is_set()


def test_a_listener_is_woken_until_it_stops_listening() -> None:
    moves, woken = Moves(), Event()
    stop = moves.listen(woken)
    moves.tell(0, Place(1, 1))
    assert woken.is_set()

    stop()
    woken.clear()
    moves.tell(0, Place(2, 2))
    assert not woken.is_set()


def test_whoever_rings_a_stream_that_has_ended_goes_on() -> None:
    moves, woken = Moves(), Event()

    async def listening() -> Bell:
        bell = Bell()
        moves.listen(bell)
        return bell

    asyncio.run(listening())  # its loop is gone, and nobody has said so
    moves.listen(woken)
    moves.wake()

    assert woken.is_set()
