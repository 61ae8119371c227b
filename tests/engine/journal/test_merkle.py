"""The tree: the same root as a plain recursive reading gives, and proofs that prove one thing."""

from hypothesis import given
from hypothesis import strategies as st

from engine.journal.merkle import EMPTY, Leaves, Tree, extends, includes, leaf_hash, tree_of
from gateways.chaos.checker import _root as independent_root

lines = st.lists(st.binary(max_size=40), max_size=90, unique=True)

# Root of the log of RFC 6962's and RFC 9162's reference implementations over these leaves.
KNOWN_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
KNOWN_LAST = "606162636465666768696a6b6c6d6e6f"
KNOWN_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def leaves_of(content: list[bytes]) -> Leaves:
    leaves = Leaves()
    for line in content:
        leaves.add(leaf_hash(line))
    return leaves


def test_the_root_of_the_published_example_is_ours() -> None:
    content = [bytes.fromhex(each) for each in (*KNOWN_LEAVES, KNOWN_LAST)]

    assert EMPTY.grown(content).root.hex() == KNOWN_ROOT
    assert EMPTY.root.hex().startswith("e3b0c442")


@given(lines, st.integers(0, 90))
def test_a_tree_grown_in_any_two_steps_has_the_root_an_independent_reading_gives(
    content: list[bytes], cut: int
) -> None:
    tree = EMPTY.grown(content[:cut]).grown(content[cut:])
    leaves = leaves_of(content)

    assert tree == EMPTY.grown(content)
    assert tree.size == leaves.size == len(content)
    assert len(tree.frontier) == len(content).bit_count()
    hashes = [leaf_hash(line) for line in content]
    assert tree.root == independent_root(hashes) == leaves.root(len(content))
    assert tree_of(tree.size, b"".join(tree.frontier)) == tree


@given(lines.filter(bool), st.data())
def test_an_inclusion_proof_proves_its_own_line_at_its_own_place_only(
    content: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(content)))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1).filter(lambda each: each != index))
    leaves = leaves_of(content)
    root, leaf, path = leaves.root(size), leaf_hash(content[index]), leaves.inclusion(index, size)

    assert includes(root, size, leaf, index, path)
    assert not includes(root, size, leaf_hash(content[index] + b"x"), index, path)
    assert not includes(root, size, leaf, other, path)
    assert not includes(root, size, leaf, index, [*path, root])
    assert not includes(root[::-1], size, leaf, index, path)
    for place in range(len(path)):
        changed = [*path[:place], path[place][::-1], *path[place + 1 :]]
        assert not includes(root, size, leaf, index, changed)
        assert not includes(root, size, leaf, index, path[:place] + path[place + 1 :])


@given(lines.filter(bool), st.data())
def test_a_consistency_proof_proves_one_beginning_of_one_tree(
    content: list[bytes], data: st.DataObject
) -> None:
    new = data.draw(st.integers(1, len(content)))
    old = data.draw(st.integers(1, new))
    other = data.draw(st.integers(0, new + 1).filter(lambda each: each != old))
    leaves = leaves_of(content)
    before, after = (old, leaves.root(old)), (new, leaves.root(new))
    path = leaves.consistency(old, new)

    assert extends(before, after, path)
    assert not extends((old, before[1][::-1]), after, path)
    assert not extends(before, (new, after[1][::-1]), path)
    assert not extends((other, leaves.root(min(other, new))), after, path)
    for place in range(len(path)):
        changed = [*path[:place], path[place][::-1], *path[place + 1 :]]
        assert not extends(before, after, changed)
        assert not extends(before, after, path[:place] + path[place + 1 :])


@given(lines.filter(bool), st.data())
def test_one_line_changed_moved_or_left_out_is_another_root(
    content: list[bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(content) - 1))
    changed = [*content[:place], content[place] + b"x", *content[place + 1 :]]
    shorter = [*content[:place], *content[place + 1 :]]
    swapped = [*content[:place], *content[place : place + 2][::-1], *content[place + 2 :]]

    root = EMPTY.grown(content).root
    assert EMPTY.grown(changed).root != root
    assert EMPTY.grown(shorter).root != root
    assert swapped == content or EMPTY.grown(swapped).root != root


def test_a_tree_keeps_no_more_than_one_node_for_each_bit_of_its_size() -> None:
    tree = Tree()
    for number in range(1000):
        tree = tree.grown([b"%d" % number])

    assert len(tree.frontier) == (1000).bit_count()
