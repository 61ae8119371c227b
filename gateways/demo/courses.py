"""The courses a debt may take in the demonstration, and how common each is."""

from typing import Final

from hypothesis import strategies as st

from gateways.demo.acts import Act, After, Course, What

Step = tuple[After, int, int, What]  # after what, how many days at least and at most, what

# One line a course: how many of a hundred take it, its name, and its steps.
COURSES: Final[tuple[tuple[int, str, tuple[Step, ...]], ...]] = (
    (15, "pays_in_time", (("varsel", 3, 12, "pay"),)),
    (18, "pays_after_demand", (("demand", 2, 13, "pay"),)),
    (7, "pays_part_then_rest", (("demand", 2, 12, "pay_part"), ("act", 20, 32, "pay"))),
    (6, "pays_late", (("demand", 44, 58, "pay"),)),
    (3, "pays_at_the_deadline", (("varsel", 14, 16, "pay"),)),
    (3, "wrong_kid", (("varsel", 4, 12, "pay_wrong_kid"), ("act", 2, 6, "find_case"))),
    (1, "wrong_kid_never_found", (("demand", 4, 12, "pay_wrong_kid"),)),
    (3, "overpays", (("demand", 3, 12, "pay_too_much"), ("act", 4, 9, "refund"))),
    (1, "overpays_and_waits", (("demand", 3, 12, "pay_too_much"),)),
    (2, "pays_twice", (("varsel", 3, 9, "pay"), ("act", 4, 9, "pay_again"))),
    (3, "pays_the_creditor", (("varsel", 5, 13, "pay_direct"),)),
    (
        2,
        "payment_taken_back",
        (("varsel", 3, 9, "pay"), ("act", 6, 12, "bank_takes_back"), ("act", 12, 24, "pay")),
    ),
    (3, "objects_and_is_right", (("varsel", 2, 10, "object"), ("act", 4, 14, "answer_accepted"))),
    (
        3,
        "objects_and_is_half_right",
        (("varsel", 2, 10, "object"), ("act", 6, 15, "answer_corrected"), ("act", 5, 12, "pay")),
    ),
    (
        3,
        "objects_in_vain",
        (("varsel", 8, 13, "object"), ("act", 8, 20, "answer_upheld"), ("act", 8, 20, "pay")),
    ),
    (2, "objects_without_ground", (("varsel", 2, 10, "object_groundless"),)),
    (1, "objects_and_hears_nothing", (("demand", 2, 10, "object"),)),
    (
        2,
        "objects_just_in_time",
        (("ordering", 0, 0, "object"), ("act", 5, 12, "answer_upheld"), ("act", 18, 26, "pay")),
    ),
    (1, "withdrawn_just_in_time", (("ordering", 0, 0, "withdraw"),)),
    (
        2,
        "rests_just_in_time",
        (("ordering", 0, 0, "pause"), ("act", 7, 14, "resume"), ("act", 18, 26, "pay")),
    ),
    (3, "withdrawn_early", (("varsel", 2, 12, "withdraw"),)),
    (2, "withdrawn_late", (("demand", 16, 30, "withdraw"),)),
    (
        3,
        "rests_for_a_while",
        (("varsel", 4, 10, "pause"), ("act", 14, 28, "resume"), ("demand", 4, 12, "pay")),
    ),
    (1, "rests", (("demand", 4, 10, "pause"),)),
    (2, "moved_house", (("varsel", 5, 9, "letter_returned"), ("act", 5, 10, "resume"))),
    (3, "never_pays_go_to_law", (("approval", 2, 9, "approve"),)),
    (2, "never_pays_leave_it", (("approval", 2, 9, "decline"),)),
    (3, "never_pays", ()),
)  # fmt: skip - one line a course


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A course and its days."""
    often = [course for course in COURSES for _ in range(course[0])]
    _, name, steps = draw(st.sampled_from(often))
    return Course(name, tuple(_act(draw, step) for step in steps))


def _act(draw: st.DrawFn, step: Step) -> Act:
    after, least, most, what = step
    return Act(after, draw(st.integers(least, most)), what)
