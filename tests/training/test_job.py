"""Jobs in plain values. Oracle: the inverse, through the text of a JSON file."""

import json

import pytest

from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.training.job import Job, Learning, Setting, learning_from_json, setting_from_json
from statecast.training.optimizers import KerasObject
from tests.support.jobs import job_of, random_series

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
        batching=Batching(4, "contiguous", "pad", stateful=False, rows_per_update=2, network="all"),
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


def job_of_folds(batching: Batching) -> Job:
    """Return a job of two series and a fold of each."""
    keys = [SeriesKey(name, fold) for name in "ab" for fold in (1, 0)]
    series = [random_series(key.unique_id, (8, 0, 3))._replace(key=key) for key in keys]
    return job_of(series, batching=batching)


def keys_apart(batching: Batching) -> list[list[str]]:
    """Return the series of each job that is trained by itself."""
    return [[str(rows.key) for rows in job.series] for job in job_of_folds(batching).apart()]


def test_networks_of_their_own_are_trained_at_once() -> None:
    assert keys_apart(Batching(4)) == [["a (fold 1)", "a", "b (fold 1)", "b"]]


def test_networks_that_series_share_are_trained_one_after_the_other() -> None:
    shared = Batching(4, network="all")
    assert keys_apart(shared) == [["a (fold 1)", "b (fold 1)"], ["a", "b"]]
