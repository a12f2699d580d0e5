"""Sequences of symbols. Oracle: sequences written out by hand."""

import itertools

import pytest

from statecast.base.errors import StatecastError
from statecast.data.sequences import random_sequences, recall_sequences, sequence_frame


def test_recall_sequences_by_hand() -> None:
    sequences = recall_sequences(["3", "4"], ["0", "1", "2"], 4, marker="?")
    assert sequences == [list("30120?3"), list("40120?4")]


def test_a_marker_and_a_middle_part_may_be_missing() -> None:
    assert recall_sequences(["3", "4"], [], 0) == [["3", "3"], ["4", "4"]]


def test_a_random_middle_part_is_the_same_in_all_sequences() -> None:
    first, second = recall_sequences(["x", "y"], ["0", "1"], 20, seed=3)
    assert first[1:-1] == second[1:-1]
    assert set(first[1:-1]) == {"0", "1"}


def test_another_seed_draws_another_middle_part() -> None:
    (first,) = recall_sequences(["x"], ["0", "1"], 20, seed=3)
    (second,) = recall_sequences(["x"], ["0", "1"], 20, seed=4)
    assert first[1:-1] != second[1:-1]


def test_sequences_and_symbols_are_numbered_from_1() -> None:
    frame = sequence_frame([["a", "b"], ["c"]])
    assert frame.to_csv(index=False) == "unique_id,ds,y\n1,1,a\n1,2,b\n2,1,c\n"


def test_random_sequences_take_the_cues_in_turn_and_end_as_they_begin() -> None:
    sequences = random_sequences(5, ["x", "y"], ["0", "1"], 4, seed=1, marker="?")
    assert [sequence[0] for sequence in sequences] == list("xyxyx")
    assert [sequence[-2:] for sequence in sequences] == [["?", cue] for cue in "xyxyx"]
    assert {len(sequence) for sequence in sequences} == {1 + 4 + 2}


def test_no_middle_part_comes_twice() -> None:
    """Of 16 middle parts 8 are drawn; 8 draws with replacement would repeat one in 88 of 100."""
    for seed in range(10):
        sequences = random_sequences(8, ["x", "y"], ["0", "1"], 4, seed=seed)
        middles = {tuple(sequence[1:-1]) for sequence in sequences}
        assert len(middles) == 8
        assert middles <= set(itertools.product("01", repeat=4))


def test_random_sequences_are_those_of_their_seed() -> None:
    drawn = [random_sequences(6, ["x"], ["0", "1"], 9, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


@pytest.mark.parametrize(
    ("count", "cues", "length", "message"),
    [
        (9, ["x"], 4, r"^`random_sequences` must be at most half of .*, got 9 of 16$"),
        (1, ["x"], 0, r"^`random_sequences` must .*, got 1 of 1$"),
        (8, [], 4, r"^`cues` must hold symbols for random sequences, got none$"),
    ],
)
def test_more_than_can_be_drawn_is_refused(
    count: int, cues: list[str], length: int, message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        random_sequences(count, cues, ["0", "1"], length, seed=0)
