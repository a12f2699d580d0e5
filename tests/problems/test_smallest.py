"""The table of the smallest network. Oracle: by hand."""

import pytest

from problems.smallest import Found, found_in, lines_of, sentence

SHARE = {(1, 100): 0.0, (1, 250): 0.9, (2, 100): 0.5, (2, 250): 0.975, (3, 100): 1.0, (3, 250): 1.0}


def test_shares_are_read_by_units_and_epochs() -> None:
    configurations = {
        f"{units}-{epochs}": {
            "overrides": {
                "train.units": [units],
                "train.epochs": epochs,
                "train.repeats": 40,
            },
            "metrics": {"share_all_right": share},
        }
        for (units, epochs), share in SHARE.items()
    }
    assert found_in({"configurations": configurations}) == Found(SHARE, 40)


def test_the_table_has_a_row_for_each_number_of_units() -> None:
    assert lines_of(Found(SHARE, 40))[:-1] == [
        "| units | 100 epochs | 250 epochs |",
        "| ---: | ---: | ---: |",
        "| 1 | 0 | 0.9 |",
        "| 2 | 0.5 | 0.975 |",
        "| 3 | 1 | 1 |",
        "",
    ]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (SHARE, "95% of 40 repeats has 2 units, trained for 250 epochs: 39 of 40."),
        ({(1, 100): 0.95, (1, 50): 0.96}, "has 1 unit, trained for 50 epochs: 38 of 40."),
        ({(1, 100): 0.94}, "No network of these is all right in 95% of 40 repeats."),
    ],
)
def test_the_sentence_names_the_fewest_units_and_then_the_fewest_epochs(
    share: dict[tuple[int, int], float], words: str
) -> None:
    assert sentence(Found(share, 40)).endswith(words)
