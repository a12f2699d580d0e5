"""Jobs padded to the sizes of others. Oracle: each by itself, laid out as it is."""

from typing import Any

import numpy as np
import pytest

from statecast.network.batching import Batching
from statecast.network.network import Network, weight_shapes
from statecast.network.rows import Transformed
from statecast.training.job import Job
from statecast.training.optimizers import check_optimizer, check_schedule
from statecast.training.padding import (
    Extents,
    cropped_weights,
    growing,
    kind_of,
    padded,
    padded_network,
    padded_weights,
    sizes_of,
)
from statecast.training.prepare import prepare
from statecast.training.result import Result, train_prepared
from statecast.training.sharing import train_job
from statecast.training.trainer import Trainer
from tests.support.jobs import job_of, random_series

ONE = [random_series("a", (14, 3, 3))]
SEVERAL = [random_series("a", (13, 2, 3)), random_series("b", (22, 0, 4), 1)]


def by(name: str, **arguments: Any) -> dict[str, Any]:
    return {"learning": {"optimizer": check_optimizer({"name": name, **arguments})}}


def of(**network: Any) -> dict[str, Any]:
    return {"network": Network(**{"features": 2, "units": (2,), **network})}


JOBS: dict[str, Job] = {
    "plain": job_of(ONE),
    "several series": job_of(SEVERAL),
    "adamw": job_of(ONE, **by("adamw", weight_decay=0.1)),
    "sgd with momentum": job_of(ONE, **by("sgd", momentum=0.9, nesterov=True)),
    "rmsprop centered": job_of(ONE, **by("rmsprop", centered=True, momentum=0.5)),
    "nadam": job_of(ONE, **by("nadam")),
    "adamax": job_of(ONE, **by("adamax")),
    "amsgrad": job_of(ONE, **by("adam", amsgrad=True)),
    "adagrad": job_of(ONE, **by("adagrad", initial_accumulator_value=0)),
    "adadelta": job_of(ONE, **by("adadelta")),
    "lion": job_of(ONE, **by("lion")),
    "ftrl": job_of(ONE, **by("ftrl")),
    "clipnorm": job_of(ONE, **by("adam", clipnorm=0.01)),
    "global clipnorm": job_of(ONE, **by("adam", global_clipnorm=0.01)),
    "accumulated gradients": job_of(ONE, **by("adam", gradient_accumulation_steps=2)),
    "schedule": job_of(ONE, learning={"schedule": check_schedule("cosine_decay")}),
    "patience": job_of(ONE, 20, learning={"patience": 2, "learning_rate": 0.1}),
    "penalties": job_of(ONE, learning={"penalties": ((0.1, 0.1, 0.1), (0.1, 0.1, 0.1))}),
    "dropout": job_of(ONE, learning={"dropout": 0.3, "recurrent_dropout": 0.3}),
    "mae": job_of(ONE, learning={"loss": "mae"}),
    "gru": job_of(ONE, **of(cell="gru")),
    "simple rnn": job_of(ONE, **of(cell="simple_rnn")),
    "dense": job_of(ONE, **of(cell="dense")),
    "two layers": job_of(ONE, **of(units=(2, 3))),
    "highway": job_of(ONE, **of(highway=True)),
    "relu": job_of(ONE, **of(activation="relu")),
    "softsign": job_of(ONE, **of(activation="softsign")),
    "linear": job_of(ONE, **of(activation="linear")),
    "sigmoid": job_of(ONE, **of(activation="sigmoid")),
    "hard sigmoid": job_of(ONE, **of(recurrent_activation="hard_sigmoid")),
    "timesteps": job_of(ONE, **of(features=1, steps=2)),
    "contiguous": job_of(ONE, batching=Batching(3, "contiguous", "pad")),
    "no state": job_of(ONE, batching=Batching(3, stateful=False)),
    "rows of an update": job_of(ONE, batching=Batching(2, rows_per_update=3)),
    "sequences": job_of(SEVERAL, batching=Batching(2, "sequences", network="all"), shuffle=True),
    "last weight": job_of(ONE, last_weight=3.0),
    "history": job_of(ONE, history_every=4),
    "transformed": job_of(
        [ONE[0]._replace(transformed=Transformed(np.linspace(1, 2, 20)[:, None], (0.3,)))]
    ),
}
QUICK = ("plain", "several series", "adamw", "gru")


def larger(job: Job) -> Extents:
    """Return sizes that no job here has, as far as those of this one may grow.

    Jobs of a kind whose series share a network have as many watched lanes, those of its series.
    """
    prepared = prepare(job)
    own = sizes_of(job, prepared)
    may_grow = growing(job.setting.network, prepared.learning)
    return Extents(
        features=own.features + 2 * may_grow.features,
        units=tuple(units + (1 + layer) * may_grow.units for layer, units in enumerate(own.units)),
        updates=own.updates + 3,
        lanes=own.lanes + 2 * may_grow.lanes,
        watched_steps=own.watched_steps + 4,
        watched_lanes=own.watched_lanes + 5 * (may_grow.lanes and not prepared.watched.series),
    )


def train_padded(job: Job, sizes: Extents) -> Result:
    prepared = prepare(job)
    network = job.setting.network
    wider = padded_network(network, sizes)
    every = job.setting.history_every
    trainer = Trainer(wider, prepared.learning, history_every=every)
    laid_out = padded(prepared, network, sizes)
    (result,) = train_prepared(trainer, job, laid_out, [job.setting.epochs], wider=wider)
    return result


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in JOBS]
)
def test_padded_training_is_the_training_itself(name: str) -> None:
    job = JOBS[name]
    alone = train_job(job)
    mine = train_padded(job, larger(job))
    for own, other in zip(mine.ensemble.weights, alone.ensemble.weights, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(mine.loss, alone.loss, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mine.rmse, alone.rmse, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(mine.best_epoch, alone.best_epoch)


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_cropping_undoes_padding(cell: Any) -> None:
    network = Network(2, (3, 1), 2, cell, highway=True)
    wider = Network(4, (5, 2), 2, cell, highway=True)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(2, *shape)) for _, shape in weight_shapes(network)]
    filled = padded_weights(weights, network, wider)
    assert [own.shape[1:] for own in filled] == [shape for _, shape in weight_shapes(wider)]
    assert sum(own.astype(bool).sum() for own in filled) == sum(own.size for own in weights)
    for own, back in zip(weights, cropped_weights(filled, network, wider), strict=True):
        np.testing.assert_array_equal(back, own.astype(np.float32))


def test_gates_stay_side_by_side() -> None:
    """Worked by hand: one unit of an LSTM becomes the first of two."""
    network = Network(1, (1,))
    weights = [np.ones((1, *shape)) for _, shape in weight_shapes(network)]
    kernel, *_ = padded_weights(weights, network, Network(1, (2,)))
    assert kernel[0, 0].tolist() == [1, 0, 1, 0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("job", "other"),
    [
        (of(activation="sigmoid"), of(activation="sigmoid", units=(3,))),
        (by("ftrl"), {**by("ftrl"), **of(units=(3,))}),
        ({"learning": {"dropout": 0.1}}, {"learning": {"dropout": 0.1}, **of(units=(3,))}),
        (of(activation="relu"), {**of(activation="relu"), "batching": Batching(3)}),
    ],
    ids=["sigmoid", "ftrl", "dropout", "relu"],
)
def test_what_padding_would_change_is_not_padded(
    job: dict[str, Any], other: dict[str, Any]
) -> None:
    kinds = [kind_of(one, prepare(one)) for one in (job_of(ONE, **job), job_of(ONE, **other))]
    assert kinds[0] != kinds[1]
