"""Sequences of symbols. Oracle: sequences written out by hand."""

from statecast.data.sequences import recall_sequences, sequence_frame


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
