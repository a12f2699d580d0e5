"""Whether rebatched networks compute the trained function.

Oracles: real Keras networks of the trained batch size; the definitions of the policies.
"""

from dataclasses import replace

import numpy as np
import pytest

from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.forecasting import together
from statecast.forecasting.parity import (
    Parity,
    exact_policies,
    parity,
    rebatched_forecasts,
    trained_calls,
    trained_forecasts,
)
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import forecast
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble, joined_ensemble
from statecast.network.lanes import Layout, StatePolicy
from statecast.network.rows import SeriesRows
from tests.support import keras_loop
from tests.support.forecasts import SEEDS, linear_ensemble, random_ensemble, random_rows
from tests.support.project import Project

CLOSE = 1e-6  # float32 rounding


@pytest.mark.promise("batch")
def test_a_trained_network_equals_a_stateful_keras_network_of_its_batch_size() -> None:
    rows = random_rows(8, 4, features=2)
    ensemble = random_ensemble((3, 2), features=2)
    calls = trained_calls(rows, Batching(4))
    ours = forecast(ensemble.network, ensemble.weights, rows.x, calls)
    for repeat in range(len(SEEDS)):
        built = keras_loop.build([3, 2], 4, 2)
        built.set_weights([weight[repeat] for weight in ensemble.weights])
        theirs = keras_loop.predict(built, rows.x[:, None].astype(np.float32), 4)
        np.testing.assert_allclose(ours[repeat, :, 0], theirs, atol=1e-6)


@pytest.mark.parametrize("units", [(3,), (4, 2)])
@pytest.mark.parametrize(("trained", "target"), [(4, 1), (4, 2), (4, 12), (1, 4), (3, 5)])
@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
@pytest.mark.promise("batch")
def test_any_batch_size_computes_the_trained_function(
    layout: Layout, trained: int, target: int, units: tuple[int, ...]
) -> None:
    networks = Rebatched(random_ensemble(units), Batching(trained, layout), target, "lanes")
    proof = parity(networks, [random_rows(12, 5)])
    assert proof.exact
    assert proof.max_abs_difference < CLOSE


@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
def test_padded_rows_compute_the_trained_function(layout: Layout) -> None:
    networks = Rebatched(random_ensemble(), Batching(4, layout, "pad"), 3, "lanes")
    proof = parity(networks, [random_rows(11, 5)])
    assert proof.exact
    assert proof.max_abs_difference < CLOSE


def three_sequences() -> list[SeriesRows]:
    """Return sequences of three lengths, more than the lanes that they are trained in."""
    lengths = {"a": 7, "b": 4, "c": 5}
    return [random_rows(rows, 0, key=SeriesKey(name)) for name, rows in lengths.items()]


def shared_ensemble() -> Ensemble:
    return random_ensemble(key=ALL_SERIES)


@pytest.mark.parametrize("rows_per_update", [1, 3])
def test_sequences_in_lanes_beside_each_other_compute_what_each_does_alone(
    rows_per_update: int,
) -> None:
    """Three sequences in two lanes; a lane that took another's state would show."""
    batching = Batching(2, "sequences", rows_per_update=rows_per_update, network="all")
    networks = Rebatched(shared_ensemble(), batching, 1, "lanes")
    assert parity(networks, three_sequences()).max_abs_difference < CLOSE


@pytest.mark.parametrize("rows_per_update", [1, 3])
def test_interleaved_series_of_a_network_compute_what_their_training_does(
    rows_per_update: int,
) -> None:
    """The lanes of the training go on from sequence to sequence, zeroed where one ends."""
    batching = Batching(2, rows_per_update=rows_per_update, network="all")
    networks = Rebatched(shared_ensemble(), batching, 1, "lanes")
    proof = parity(networks, three_sequences())
    assert proof.exact
    assert proof.max_abs_difference < CLOSE


def test_a_sequence_held_out_is_rebatched_like_the_others() -> None:
    held_out = random_rows(0, 6, key=SeriesKey("held out"))
    networks = Rebatched(shared_ensemble(), Batching(2, "sequences", network="all"), 1, "lanes")
    proof = parity(networks, [*three_sequences(), held_out])
    assert proof.exact
    assert proof.max_abs_difference < CLOSE


def test_folds_of_sequences_are_forecast_by_the_network_of_the_fold() -> None:
    """Training rows of a fold stand beside those of the same fold alone."""
    folds = [rows._replace(key=SeriesKey(rows.key.unique_id, 1)) for rows in three_sequences()]
    both = joined_ensemble([shared_ensemble(), random_ensemble(key=ALL_SERIES._replace(fold=1))])
    batching = Batching(2, "sequences", network="all")
    networks = Rebatched(both, batching, 1, "lanes")
    proof = parity(networks, [*folds, *three_sequences()])
    assert proof.exact
    assert proof.max_abs_difference < CLOSE


def test_the_parity_of_series_in_turn_is_that_of_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every series differs by another number under ``carry``; the largest is in the middle."""
    keys = [SeriesKey(name) for name in "abc"]
    ensemble = joined_ensemble([random_ensemble(key=key) for key in keys])
    networks = Rebatched(ensemble, Batching(4), 1, "carry")
    series = [random_rows(12, count, key=key) for count, key in zip((2, 5, 3), keys, strict=True)]
    at_once = parity(networks, series)
    alone = [parity(networks, [own]).max_abs_difference for own in series]
    monkeypatch.setattr(together, "NUMBERS_KEPT", 1)
    assert parity(networks, series) == at_once
    assert at_once.max_abs_difference == pytest.approx(max(alone))
    assert min(alone) > 0


def changed_second_sequence() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the forecasts of three sequences before and after the second of them is changed."""
    three = three_sequences()
    batching = Batching(2, "sequences", network="all")
    before = trained_forecasts(shared_ensemble(), batching, three)
    three[1].x[:] += 1
    return before, trained_forecasts(shared_ensemble(), batching, three)


@pytest.mark.promise("batch")
def test_a_sequence_knows_nothing_of_the_one_in_the_lane_beside_it() -> None:
    before, after = changed_second_sequence()
    np.testing.assert_array_equal(before[0], after[0])


def test_a_sequence_knows_nothing_of_the_one_before_it_in_its_lane() -> None:
    before, after = changed_second_sequence()
    np.testing.assert_array_equal(before[2], after[2])


def test_a_changed_sequence_has_other_forecasts() -> None:
    before, after = changed_second_sequence()
    assert np.abs(before[1] - after[1]).max() > 0.01


@pytest.mark.parametrize("policy", ["carry", "reset"])
@pytest.mark.promise("batch")
def test_an_inexact_policy_is_never_silent(policy: StatePolicy) -> None:
    networks = Rebatched(random_ensemble(), Batching(4), 1, policy)
    proof = parity(networks, [random_rows(8, 4)])
    assert not proof.exact
    assert proof.max_abs_difference > 0.01
    assert proof.exact_policies == ["lanes"]


@pytest.mark.parametrize(
    ("batching", "exact"),
    [
        (Batching(1), ["lanes", "carry"]),
        (Batching(1, "contiguous"), ["lanes", "carry"]),
        (Batching(2, "sequences", network="all"), ["lanes", "carry"]),
        (Batching(4, stateful=False), ["lanes", "reset"]),
        (Batching(4), ["lanes"]),
        (Batching(4, "contiguous"), ["lanes"]),
    ],
)
def test_exact_policies_follow_from_the_definitions(batching: Batching, exact: list[str]) -> None:
    networks = Rebatched(random_ensemble(), batching, 1, "lanes")
    assert exact_policies(networks, [random_rows(8, 4)]) == exact


def test_every_policy_is_exact_without_a_state() -> None:
    networks = Rebatched(linear_ensemble([1.0]), Batching(4), 1, "reset")
    assert exact_policies(networks, [random_rows(8, 4)]) == ["lanes", "carry", "reset"]


def test_a_policy_is_exact_only_if_it_is_for_all_series() -> None:
    """One series fills a single lane, so carrying is exact there alone."""
    batching = Batching(4)
    networks = Rebatched(random_ensemble(), batching, 1, "lanes")
    short = random_rows(4, 0)
    assert exact_policies(networks, [short]) == ["lanes", "reset"]
    assert exact_policies(networks, [short, random_rows(8, 4)]) == ["lanes"]


def test_each_series_is_forecast_by_networks_of_its_own() -> None:
    first, second = random_ensemble(), random_ensemble((3,), key=SeriesKey("b"))
    changed = [weight + np.float32(0.3) for weight in second.weights]
    both = replace(
        first,
        weights=[np.concatenate(pair) for pair in zip(first.weights, changed, strict=True)],
        keys=[*first.keys, *second.keys],
        seed=np.concatenate([first.seed, second.seed]),
    )
    rows = random_rows(8, 2, key=SeriesKey("b"))
    ours = rebatched_forecasts(Rebatched(both, Batching(4), 1, "lanes"), [rows])
    alone = Rebatched(replace(second, weights=changed), Batching(4), 1, "lanes")
    np.testing.assert_allclose(ours, rebatched_forecasts(alone, [rows]), rtol=1e-6)


def test_words_of_an_exact_policy() -> None:
    networks = Rebatched(random_ensemble(), Batching(4), 1, "lanes")
    words = parity(networks, [random_rows(8, 4)]).in_words(networks)
    assert words.startswith(
        "batch size 4 to 1, interleaved, state lanes: the same function as trained"
    )


def test_words_of_an_inexact_policy_name_the_exact_ones() -> None:
    networks = Rebatched(random_ensemble(), Batching(4), 1, "carry")
    words = parity(networks, [random_rows(8, 4)]).in_words(networks)
    assert "ANOTHER function than trained" in words
    assert words.endswith("exact here: lanes")


def words(exact: bool, difference: float) -> str:
    networks = Rebatched(random_ensemble(), Batching(4), 1, "carry")
    policies: list[StatePolicy] = ["carry"] if exact else ["lanes"]
    return Parity(exact, difference, policies).in_words(networks)


@pytest.mark.promise("batch")
def test_the_words_of_the_parity_never_contradict_its_number() -> None:
    assert "the same function as trained, forecasts differ by at most 0 (" in words(True, 0)
    assert "the same function as trained, forecasts differ by at most 1e-07" in words(True, 1e-7)
    assert "ANOTHER function than trained, forecasts differ by at most 0.3" in words(False, 0.3)
    unlike = words(False, 0)
    assert "rows go on from other rows than in training, but no forecast differs" in unlike
    assert "ANOTHER" not in unlike
    amplified = words(True, 0.3)
    assert "forecasts differ by at most 0.3 (scaled): by rounding" in amplified
    assert "same function" not in amplified


@pytest.fixture
def carried(scaled_project: Project, caplog: pytest.LogCaptureFixture) -> Project:
    """Return a project whose networks were rebatched with another function than trained."""
    scaled_project.set(rebatch__state="carry", rebatch__export=1)
    with caplog.at_level("WARNING"):
        scaled_project.call("train", "rebatch")
    assert "ANOTHER function than trained" in caplog.text
    return scaled_project


def test_stage_says_in_plain_words_and_a_number_what_is_not_exact(carried: Project) -> None:
    content = carried.json("data/model/parity.json")
    assert content["exact"] is False
    assert content["exact_policies"] == ["lanes"]
    assert content["max_abs_difference"] > 1e-4
    assert "ANOTHER function than trained" in content["in_words"]
    exported = (carried.folder / "data" / "exported").iterdir()
    assert sorted(path.name for path in exported) == ["1.weights.h5", "export.json", "model.json"]
