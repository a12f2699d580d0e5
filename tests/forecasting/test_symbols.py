"""How sequences of symbols go on. Oracles: Keras, networks worked by hand, and walk-forward."""

from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.symbols import inputs_of, what_comes_next, whole_sequence
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import StatePolicy
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.initial import initial_weights
from tests.support import keras_loop
from tests.support.forecasts import ensemble_of

SYMBOLS = [3, 0, 1, 2, 3, 0, 4]
WAYS = [pytest.param(1, id="features"), pytest.param(2, id="timesteps")]  # steps of a row


def sequence(symbols: list[int], alphabet: int, lookback: int = 1) -> SeriesRows:
    """Return the rows of a sequence, trained on and evaluated."""
    one_hot = np.eye(alphabet)[symbols]
    count = len(symbols) - lookback
    x = np.stack([one_hot[row : row + lookback].ravel() for row in range(count)])
    y = one_hot[lookback:]
    rows = SeriesRows(SeriesKey("s"), np.arange(count), x, y, (count, 0, 0))
    return rows._replace(test_is_train=True)


def rebatched(
    ensemble: Ensemble, batching: Batching | None = None, policy: StatePolicy = "lanes"
) -> Rebatched:
    return Rebatched(ensemble, batching or Batching(1, "sequences", network="all"), 1, policy)


def next_modulo_3(inputs: np.ndarray) -> Ensemble:
    """Return a network without memory whose weights say: after symbol s comes s + 1, modulo 3.

    Args:
        inputs: what of a row makes the symbol s [L x 3, 3].

    """
    shift = 50 * np.roll(np.eye(3, dtype=np.float32), 1, axis=1)
    none = np.zeros((1, 3), np.float32)
    network = Network(len(inputs), (3,), 3, "dense", "softmax")
    kernel = 3 * inputs[None].astype(np.float32)
    return ensemble_of(network, [kernel, none, shift[None], none], ALL_SERIES)


def two_symbols_in(steps: int) -> Ensemble:
    """Return two LSTMs of five symbols that read two of them a row, and say many."""
    network = Network(10 // steps, (4, 3), 5, head="softmax", steps=steps)
    rng = np.random.default_rng(0)
    weights = []
    for weight in initial_weights(network, [1, 2]):
        is_bias = weight.ndim == 2
        drawn = rng.normal(0, 0.3, weight.shape) if is_bias else 4 * weight
        weights.append(drawn.astype(np.float32))
    return ensemble_of(network, weights, ALL_SERIES)


def in_keras(ensemble: Ensemble, repeat: int) -> Any:
    """Return a repeat as a stateful Keras model of one row [1, 10] or [2, 5] a call."""
    network = ensemble.network
    model = keras_loop.build(
        list(network.units),
        1,
        network.features,
        timesteps=network.steps,
        head="softmax",
        outputs=5,
    )
    model.set_weights([weight[repeat] for weight in ensemble.weights])
    return model


def keras_goes_on(model: Any, symbols: list[int], steps: int, after: int) -> list[int]:
    """Feed a Keras model two symbols a call, and its own from some place on."""
    known = list(symbols)
    for row in range(len(symbols) - 2 + after):
        window = np.eye(5, dtype=np.float32)[known[row : row + 2]]
        said = model(window.reshape(1, steps, 10 // steps))
        if row + 2 >= len(symbols):
            known.append(int(np.argmax(said)))
    return known[len(symbols) :]


def test_the_inputs_of_rows_are_symbols_the_oldest_first() -> None:
    given = inputs_of(sequence([0, 1, 2, 2], 3, lookback=2))
    assert given.argmax(axis=2).tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize("lookback", [1, 2, 3])
def test_rows_hold_the_whole_sequence(lookback: int) -> None:
    whole = whole_sequence(sequence(SYMBOLS, 5, lookback))
    assert whole.argmax(axis=1).tolist() == SYMBOLS


def test_what_comes_next_feeds_the_symbol_back() -> None:
    networks = rebatched(next_modulo_3(np.eye(3)))
    assert what_comes_next(networks, sequence([0, 1], 3), 5).tolist() == [[2, 0, 1, 2, 0]]


@pytest.mark.parametrize(
    ("oldest", "said"),
    [
        (True, [0, 2, 1, 0, 2]),  # 1 + the symbol before the last: of 2, 1, 0, 2, 1
        (False, [2, 0, 1, 2, 0]),  # 1 + the last symbol: of 1, 2, 0, 1, 2
    ],
)
def test_two_symbols_in_by_hand(oldest: bool, said: list[int]) -> None:
    one_hot = np.eye(3)
    none = np.zeros((3, 3))
    inputs = np.concatenate([one_hot, none] if oldest else [none, one_hot])
    networks = rebatched(next_modulo_3(inputs))
    assert what_comes_next(networks, sequence([0, 2, 1], 3, 2), 5).tolist() == [said]


def test_each_repeat_goes_on_by_itself() -> None:
    """The second network says the symbol that it sees."""
    shifting = next_modulo_3(np.eye(3))
    same = 50 * np.eye(3, dtype=np.float32)[None]
    kernel, bias, head, head_bias = shifting.weights
    both = [
        np.concatenate([kernel, kernel]),
        np.concatenate([bias, bias]),
        np.concatenate([head, same]),
        np.concatenate([head_bias, head_bias]),
    ]
    networks = rebatched(ensemble_of(shifting.network, both, ALL_SERIES))
    following = what_comes_next(networks, sequence([0, 1], 3), 3)
    assert following.tolist() == [[2, 0, 1], [1, 1, 1]]


@pytest.mark.parametrize("steps", WAYS)
def test_walk_forward_of_two_symbols_is_that_of_keras(steps: int) -> None:
    ensemble = two_symbols_in(steps)
    rows = sequence(SYMBOLS, 5, lookback=2)
    [ours] = walk_forward(rebatched(ensemble), [rows], "test")
    for repeat in range(2):
        model = in_keras(ensemble, repeat)
        x = rows.x.astype(np.float32).reshape(-1, 1, steps, 10 // steps)
        theirs = [np.asarray(model(row))[0] for row in x]
        np.testing.assert_allclose(ours[repeat], theirs, atol=1e-6)


@pytest.mark.parametrize("known", [None, 3])
@pytest.mark.parametrize("steps", WAYS)
def test_two_symbols_go_on_as_in_keras(steps: int, known: int | None) -> None:
    ensemble = two_symbols_in(steps)
    ours = what_comes_next(rebatched(ensemble), sequence(SYMBOLS, 5, 2), 6, known)
    theirs = [
        keras_goes_on(in_keras(ensemble, repeat), SYMBOLS[:known], steps, 6) for repeat in range(2)
    ]
    assert ours.tolist() == theirs
    assert np.ptp(theirs) > 0  # not one symbol for ever


@pytest.mark.parametrize("policy", ["lanes", "carry", "reset"])
@pytest.mark.parametrize(
    "batching",
    [
        Batching(1, "sequences", network="all"),
        Batching(1, "sequences", stateful=False, rows_per_update=2, network="all"),
        Batching(2, "interleaved", "pad"),
        Batching(2, "contiguous", "pad"),
    ],
)
def test_the_first_symbol_said_is_that_of_walk_forward(
    batching: Batching, policy: StatePolicy
) -> None:
    """Whatever states the rows go on from."""
    rows = sequence(SYMBOLS, 5, lookback=2)
    networks = rebatched(two_symbols_in(2), batching, policy)
    walked = walk_forward(networks, [rows], "test")[0].argmax(axis=2)  # [R, N]
    said = [what_comes_next(networks, rows, 1, known)[:, 0] for known in range(2, 7)]
    np.testing.assert_array_equal(np.transpose(said), walked)


def test_no_steps_are_no_symbols() -> None:
    networks = rebatched(two_symbols_in(1))
    assert what_comes_next(networks, sequence(SYMBOLS, 5, 2), 0).shape == (2, 0)


def test_fewer_symbols_than_a_row_takes_are_a_mistake() -> None:
    networks = rebatched(two_symbols_in(1))
    with pytest.raises(StatecastError, match=r"^`known` must be at least 2, `lookback`, got 1$"):
        what_comes_next(networks, sequence(SYMBOLS, 5, 2), 3, known=1)


def test_a_row_left_out_in_training_says_nothing() -> None:
    """Five rows in lanes of two leave the oldest out, which would say the third symbol."""
    networks = rebatched(two_symbols_in(1), Batching(2))
    rows = sequence(SYMBOLS, 5, 2)
    with pytest.raises(StatecastError, match="`known` must be later than the rows left out"):
        what_comes_next(networks, rows, 3, known=2)
    assert what_comes_next(networks, rows, 3, known=3).shape == (2, 3)
