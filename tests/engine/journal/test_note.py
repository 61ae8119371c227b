"""Signed notes: what others' tools read, and nothing but what was signed."""

from base64 import b64decode

import pytest

from engine.journal.merkle import EMPTY
from engine.journal.note import PublicKey, Signer, checkpoint_text

# The example in the documentation of Go's sumdb/note, which the form comes from.
GO_KEY = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501 - as it was signed

SIGNER = Signer("kravspor/test", bytes(range(32)))
TREE = EMPTY.grown([b"one", b"two"])
TEXT = checkpoint_text("test", 0, TREE.size, TREE.root)


def test_a_note_that_another_program_signed_is_opened() -> None:
    public = PublicKey("PeterNeumann", b64decode(GO_KEY)[1:])

    assert public.text == f"PeterNeumann+c74f20a3+{GO_KEY}"
    assert public.opened(GO_NOTE) == GO_NOTE.partition("\n\n")[0] + "\n"


def test_a_checkpoint_is_three_lines_of_text() -> None:
    origin, size, root, end = TEXT.split("\n")

    assert (origin, size, end) == ("kravspor/test/0", "2", "")
    assert b64decode(root) == TREE.root


def test_the_same_text_gives_the_same_note_and_it_is_opened_again() -> None:
    assert SIGNER.sign(TEXT) == SIGNER.sign(TEXT)
    assert SIGNER.public.opened(SIGNER.sign(TEXT)) == TEXT


@pytest.mark.parametrize("place", range(0, len(SIGNER.sign(TEXT)), 7))
def test_a_note_with_one_byte_changed_is_not_opened_as_it_was(place: int) -> None:
    note = SIGNER.sign(TEXT)
    other = "A" if note[place] != "A" else "B"

    assert SIGNER.public.opened(note[:place] + other + note[place + 1 :]) != TEXT


def test_another_houses_signature_opens_nothing() -> None:
    other = Signer("kravspor/test", bytes(32))

    assert SIGNER.public.opened(other.sign(TEXT)) is None
    assert other.public.key_id != SIGNER.public.key_id


@pytest.mark.parametrize("text", ["no newline at its end", "an\n\nempty line\n"])
def test_what_could_be_read_as_another_note_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be signed"):
        SIGNER.sign(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_would_break_a_key_in_two_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Signer(name, bytes(32))
