"""Whether a whole case is disputed: its claims and open objections, as texts in a row."""

from collections.abc import Sequence
from uuid import UUID

from events.case.lifecycle import ClaimTaken
from events.case.money import ClaimShare
from events.case.objections import ObjectionRaised
from events.money import Ore

# A claim is told as "<claim id>=<principal left in øre>", an objection as "<objection id>=<claim
# ids, comma between>"; a groundless one, which stops nothing, names no claim.
Texts = tuple[str, ...]


def taken(claims: Sequence[ClaimTaken]) -> Texts:
    """The claims as they were registered."""
    return tuple(f"{claim.claim_id}={claim.principal_ore}" for claim in claims)


def covered(claims: Texts, shares: Sequence[ClaimShare]) -> Texts:
    """The claims after a payment covered these shares of them."""
    for share in shares:
        claims = less(claims, share.claim_id, share.principal_ore)
    return claims


def uncovered(claims: Texts, shares: Sequence[ClaimShare]) -> Texts:
    """The claims after these shares are owed again."""
    for share in shares:
        claims = less(claims, share.claim_id, Ore(-share.principal_ore))
    return claims


def less(claims: Texts, claim_id: UUID, by_ore: Ore) -> Texts:
    """The claims with `by_ore` less owed on one of them."""
    return tuple(
        f"{claim_id}={left - by_ore}" if name == str(claim_id) else f"{name}={left}"
        for name, left in _claims(claims)
    )


def left_ore(claims: Texts) -> Ore:
    """The principal left on all of them."""
    return Ore(sum(left for _, left in _claims(claims)))


def none_left(claims: Texts) -> Texts:
    """The claims when what was left of them has been given up."""
    return tuple(f"{name}=0" for name, _ in _claims(claims))


def raised(objections: Texts, event: ObjectionRaised) -> Texts:
    """The open objections with one more."""
    claims = "" if event.groundless else ",".join(str(claim_id) for claim_id in event.claim_ids)
    return (*objections, f"{event.objection_id}={claims}")


def answered(objections: Texts, objection_id: UUID) -> Texts:
    """The open objections without the one that has its answer."""
    return tuple(text for text in objections if not text.startswith(f"{objection_id}="))


def frozen(claims: Texts, objections: Texts) -> bool:
    """Whether nothing may be pursued: every claim that is owed is disputed."""
    disputed = {name for text in objections for name in _after(text).split(",") if name}
    every = {name for name, _ in _claims(claims)}
    owing = {name for name, left in _claims(claims) if left > 0} or every
    return bool(disputed) and owing <= disputed


def _claims(claims: Texts) -> list[tuple[str, int]]:
    return [(text.partition("=")[0], int(_after(text))) for text in claims]


def _after(text: str) -> str:
    return text.partition("=")[2]
