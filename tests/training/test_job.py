"""Jobs in plain values. Oracle: the inverse, through the text of a JSON file."""

import json

import pytest

from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.training.job import Learning, Setting, learning_from_json, setting_from_json
from statecast.training.optimizers import KerasObject

USUAL = Learning(KerasObject("adam", {}), 0.01)
UNUSUAL = Learning(
    optimizer=KerasObject("sgd", {"momentum": 0.9}),
    learning_rate=0.1,
    schedule=KerasObject("cosine_decay", {"alpha": 0.5}),
    loss="mae",
    penalties=((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)),
    dropout=0.1,
    recurrent_dropout=0.2,
    patience=5,
    stop_on=1,
)


@pytest.mark.parametrize("learning", [USUAL, UNUSUAL], ids=["usual", "unusual"])
def test_json_describes_the_same_learning(learning: Learning) -> None:
    assert learning_from_json(json.loads(json.dumps(learning.as_json()))) == learning


@pytest.mark.parametrize("learning", [USUAL, UNUSUAL], ids=["usual", "unusual"])
def test_json_describes_the_same_setting(learning: Learning) -> None:
    setting = Setting(
        network=Network(2, (3, 4), 2, "gru", "softmax", highway=True, steps=3),
        batching=Batching(4, "contiguous", "pad", stateful=False, rows_per_update=2),
        seeds=[3, 4],
        epochs=7,
        learning=learning,
        initialisation="chrono",
        last_weight=2.5,
        shuffle=True,
        history_every=3,
    )
    assert setting_from_json(json.loads(json.dumps(setting.as_json()))) == setting


def test_read_penalties_are_tuples_again() -> None:
    """So that a setting that was read is equal to one that was not, and can be a key."""
    again = learning_from_json(json.loads(json.dumps(UNUSUAL.as_json())))
    assert isinstance(hash(again.penalties), int)
