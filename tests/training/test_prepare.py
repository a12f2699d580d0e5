"""A job laid out for the engine. Oracle: by hand."""

from itertools import pairwise

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.lanes import Layout
from statecast.network.network import Network
from statecast.training.initial import chrono_biases, drawn_by_gate, initial_weights
from statecast.training.job import Job
from statecast.training.optimizers import check_schedule
from statecast.training.prepare import lengths_of, prepare
from tests.support.jobs import NETWORK, job_of, random_series

SEQUENCES = Batching(2, "sequences", network="all")


def two_series() -> Job:
    return job_of([random_series("a", (8, 2, 3)), random_series("b", (4, 0, 1), 1)])


def three_sequences(**setting: object) -> Job:
    series = [
        random_series(name, (length, 0, 0)) for name, length in (("a", 3), ("b", 2), ("c", 4))
    ]
    return job_of(series, batching=SEQUENCES, **setting)


def test_each_series_has_networks_of_its_own() -> None:
    assert lengths_of(two_series(), "train") == [[8], [4]]


def test_sequences_have_networks_together() -> None:
    assert lengths_of(three_sequences(), "train") == [[3, 2, 4]]


def test_sequences_held_out_are_watched_and_not_trained_on() -> None:
    series = [random_series("a", (3, 0, 0)), random_series("b", (0, 0, 4), 1)]
    job = job_of(series, batching=SEQUENCES)
    assert lengths_of(job, "train") == [[3]]
    assert lengths_of(job, "test") == [[4]]
    prepared = prepare(job)
    assert prepared.batches.weight[:, 0, 0].tolist() == [[1, 0], [1, 0], [1, 0]]
    trained = series[0].x.astype(np.float32)
    np.testing.assert_array_equal(prepared.batches.x[:, 0, 0, 0], trained)
    assert prepared.parts == ["train", "test"]
    tested = series[1].x.astype(np.float32)
    np.testing.assert_array_equal(prepared.watched.x[3:, 0, 0], tested)


def test_series_stand_one_after_the_other_with_all_their_repeats() -> None:
    job = two_series()
    x = prepare(job).batches.x  # [2 updates, 1, 2 x 2, 4 lanes, F]
    for network, series in enumerate([job.series[0]] * 2 + [job.series[1]] * 2):
        np.testing.assert_array_equal(x[0, 0, network], series.x[:4].astype(np.float32))


def test_repeats_of_the_shorter_series_rest() -> None:
    assert prepare(two_series()).batches.active.tolist() == [[True] * 4, [True, True, False, False]]


def test_each_network_has_its_seed() -> None:
    assert prepare(two_series()).seeds == [1, 2, 1, 2]


def test_networks_of_a_seed_start_from_the_same_weights() -> None:
    usual = initial_weights(NETWORK, [1, 2])
    for mine, other in zip(prepare(two_series()).initial, usual, strict=True):
        np.testing.assert_array_equal(mine, np.concatenate([other, other]))


def test_parts_that_no_series_has_are_not_watched() -> None:
    assert prepare(job_of([random_series("a", (8, 0, 3))])).parts == ["train", "test"]


def test_part_that_one_series_has_is_watched() -> None:
    assert prepare(two_series()).parts == ["train", "validation", "test"]


def test_test_rows_that_are_the_training_rows_are_watched_in_its_lanes() -> None:
    series = random_series("a", (8, 0, 0))._replace(test_is_train=True)
    prepared = prepare(job_of([series]))
    assert prepared.parts == ["train", "test"]
    train, test = np.split(prepared.watched.x, 2, axis=2)
    np.testing.assert_array_equal(train, test)


def test_watched_weights_are_on_the_original_scale() -> None:
    """1 on the original scale is 0.5 on the scaled one; each of 8 rows weighs 1 / 0.5^2 / 8."""
    weight = prepare(job_of([random_series("a", (8, 0, 0))])).watched.weight
    assert np.unique(weight).tolist() == [1 / 0.25 / 8]


def test_stateless_later_rows_are_zeroed_at_every_update_as_in_training() -> None:
    """Two lanes: four steps of training rows, and then three of test rows."""
    batching = Batching(2, stateful=False, rows_per_update=2)
    prepared = prepare(job_of([random_series("a", (8, 0, 5))], batching=batching))
    train, test = np.split(prepared.watched.reset[:, 0], [4])  # each [S, B]
    assert train.all(axis=1).tolist() == [True, False, True, False]
    assert test.all(axis=1).tolist() == [True, False, True]


def test_last_row_of_each_sequence_has_a_weight_of_its_own() -> None:
    """Sequences of 3 and 2 rows in two lanes, then one of 4."""
    weight = prepare(three_sequences(last_weight=5.0)).batches.weight[:, 0, 0]
    assert weight.tolist() == [[1, 1], [1, 5], [5, 0], [1, 0], [1, 0], [1, 0], [5, 0]]


def test_schedule_runs_over_all_updates_of_the_training() -> None:
    """Two updates an epoch, six epochs."""
    learning = {"schedule": check_schedule("cosine_decay")}
    prepared = prepare(job_of([random_series("a", (8, 0, 0))], learning=learning))
    assert prepared.learning.schedule is not None
    assert prepared.learning.schedule.arguments == {"decay_steps": 12}


def test_stopping_looks_at_the_validation_part() -> None:
    prepared = prepare(job_of([random_series("a", (8, 2, 3))], learning={"patience": 3}))
    assert prepared.parts[prepared.learning.stop_on] == "validation"


def test_chrono_spreads_the_gates_over_the_longest_series() -> None:
    prepared = prepare(two_series()._replace(setting=chrono_setting()))
    usual = initial_weights(NETWORK, [1, 2])
    expected = chrono_biases(NETWORK, usual, [1, 2], 8)[2]
    np.testing.assert_array_equal(prepared.initial[2][:2], expected)


def chrono_setting() -> object:
    return two_series().setting._replace(initialisation="chrono")


def test_chrono_counts_the_steps_of_a_row() -> None:
    network = Network(1, (2,), steps=2)
    prepared = prepare(
        job_of([random_series("a", (8, 0, 0))], network=network, initialisation="chrono")
    )
    usual = initial_weights(network, [1, 2])
    np.testing.assert_array_equal(prepared.initial[2], chrono_biases(network, usual, [1, 2], 16)[2])


def test_gates_can_be_drawn_by_themselves() -> None:
    prepared = prepare(job_of([random_series("a", (8, 0, 0))], initialisation="by_gate"))
    expected = drawn_by_gate(NETWORK, initial_weights(NETWORK, [1, 2]), [1, 2])
    for mine, other in zip(prepared.initial, expected, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_rows_that_fill_no_batch_are_refused() -> None:
    with pytest.raises(StatecastError, match="`batch_size` must be at most the 3 training rows"):
        prepare(job_of([random_series("a", (3, 0, 0))]))


def test_without_shuffle_updates_keep_their_order() -> None:
    assert prepare(three_sequences()).shuffle is None


def orders(seeds: list[int], epochs: int = 20) -> list[list[int]]:
    shuffle = prepare(three_sequences(shuffle=True, seeds=seeds)).shuffle
    assert shuffle is not None
    return [shuffle(epoch).tolist() for epoch in range(epochs)]


def test_shuffled_sequences_change_places_and_keep_their_order_inside() -> None:
    """The first two sequences take updates 0 to 2 together, the third updates 3 to 6."""
    assert {tuple(order) for order in orders([1, 2])} == {
        (0, 1, 2, 3, 4, 5, 6),
        (3, 4, 5, 6, 0, 1, 2),
    }


def test_shuffle_is_drawn_anew_in_every_epoch() -> None:
    drawn = orders([1, 2])
    assert any(before != after for before, after in pairwise(drawn))


def test_shuffle_order_is_the_same_for_all_repeats() -> None:
    """It follows from the first seed, so that further repeats do not change it."""
    assert orders([1]) == orders([1, 2]) == orders([1, 2, 3])


def test_shuffle_of_another_seed_is_another_one() -> None:
    assert orders([1]) != orders([2])


@pytest.mark.parametrize("layout", ["interleaved", "contiguous"])
def test_fold_is_a_series_of_its_own(layout: Layout) -> None:
    fold = random_series("a", (4, 2, 0))._replace(key=SeriesKey("a", 1))
    job = job_of([random_series("a", (8, 0, 3)), fold], batching=Batching(2, layout))
    assert lengths_of(job, "train") == [[8], [4]]
    assert lengths_of(job, "validation") == [[0], [2]]


def test_training_rows_of_a_shared_network_are_watched_series_by_series() -> None:
    """Sequences of 3, 2 and 4 rows have a lane each; each row weighs 1 / 0.5^2 / rows."""
    watched = prepare(three_sequences()).watched
    assert watched.series == ((3, 1),)
    expected = [[4 / 3, 2, 1], [4 / 3, 2, 1], [4 / 3, 0, 1], [0, 0, 1]]
    np.testing.assert_allclose(watched.weight[0, :, 0], expected, rtol=1e-6)


def test_networks_of_their_own_are_watched_without_telling_series_apart() -> None:
    assert prepare(two_series()).watched.series == ()


def test_filled_values_are_not_watched_and_the_others_weigh_more() -> None:
    """Of three test rows two are known: a weight of a half each on the original scale."""
    rows = random_series("a", (8, 0, 3))
    unjudged = np.zeros((11, 1), bool)
    unjudged[[2, 9]] = True
    of_train, of_test = prepare(job_of([rows._replace(unjudged=unjudged)])).watched.weight
    np.testing.assert_array_equal(of_train, prepare(job_of([rows])).watched.weight[0])
    expected = [0.5 / rows.scale**2] * 2
    np.testing.assert_allclose(of_test[of_test > 0], expected, rtol=1e-6)


def test_where_all_values_of_a_part_were_filled_they_are_watched() -> None:
    rows = random_series("a", (8, 0, 3))
    unjudged = np.arange(11)[:, None] > 7
    watched = prepare(job_of([rows._replace(unjudged=unjudged)])).watched
    np.testing.assert_array_equal(watched.weight, prepare(job_of([rows])).watched.weight)


def test_folds_without_test_rows_are_watched_where_values_were_filled() -> None:
    whole = random_series("a", (8, 0, 3))._replace(unjudged=np.arange(11)[:, None] == 9)
    fold = random_series("a", (6, 2, 0))._replace(
        key=SeriesKey("a", 1), unjudged=np.arange(8)[:, None] == 7
    )
    assert np.isfinite(prepare(job_of([whole, fold])).watched.weight).all()


def test_a_row_without_its_season_is_watched_on_the_original_scale() -> None:
    """A test row whose factor is 3 has 9 times the weight of the same row alone."""
    rows = random_series("a", (8, 0, 3))
    factors = np.ones((11, 1))
    factors[8:] = 3
    seasonal = prepare(job_of([rows._replace(factors=factors)])).watched.weight
    plain = prepare(job_of([rows])).watched.weight
    np.testing.assert_array_equal(seasonal[0], plain[0])
    np.testing.assert_allclose(seasonal[1], 9 * plain[1], rtol=1e-6)
