"""The whole evaluation.

Oracles: a network that says its newest lag, which is persistence; figures taken from the tables and
the source by hand.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.base.errors import StatecastError
from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.data.scaling import Scaler
from statecast.evaluation.baselines import baseline_forecasts
from statecast.evaluation.evaluate import Evaluation, evaluate
from statecast.evaluation.measures import rmse
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble, joined_ensemble
from tests.support.forecasts import Example, ensemble_of, example, linear_ensemble
from tests.support.project import Project

WALK = example(validation=4)
REPEATS = 2


def persistence(walk: Example, above: float = 0.0) -> Ensemble:
    """Return two networks that say the newest lag, and so much above it on the original scale.

    All series share them, and so do first folds.
    """
    scaler = walk.undo.scaler
    key = walk.series.rows.key
    y = scaler.line(key, "y")
    lag = scaler.line(key, "lag_1")
    ratio = y.scale / lag.scale
    bias = y.offset - lag.offset * ratio
    exact = linear_ensemble([0, 0, ratio], bias)
    higher = linear_ensemble([0, 0, ratio], bias + above * y.scale)
    pairs = zip(exact.weights, higher.weights, strict=True)
    weights = [np.concatenate(pair) for pair in pairs]
    shared = [ALL_SERIES, ALL_SERIES._replace(fold=1)]
    return joined_ensemble([ensemble_of(exact.network, weights, key) for key in shared])


def evaluated(
    walk: Example = WALK,
    *,
    above: float = 0.0,
    others: tuple[AlignedSeries, ...] = (),
    **options: Any,
) -> Evaluation:
    """Return the evaluation of such networks on a series, and on others with the same scaling."""
    series = [walk.series, *others]
    lines = walk.undo.scaler.lines[walk.series.rows.key]
    scaler = Scaler("minmax", walk.undo.scaler.columns, {one.rows.key: lines for one in series})
    undo = walk.undo._replace(scaler=scaler)
    baselines = baseline_forecasts(
        series, ["persistence", "drift"], undo=undo, season_length=4, ridge_alpha=1.0
    )
    return evaluate(
        Rebatched(persistence(walk, above), Batching(4), 1, "lanes"),
        series,
        baselines,
        inputs=walk.inputs,
        undo=undo,
        season_length=4,
        **options,
    )


def named(key: SeriesKey, walk: Example = WALK) -> AlignedSeries:
    """Return the series of a walk under another name."""
    return walk.series._replace(rows=walk.series.rows._replace(key=key))


def test_a_network_that_is_persistence_has_its_error() -> None:
    scores = evaluated().scores
    expected = rmse(WALK.series.values_before("test"), WALK.series.values("test"))
    assert scores["rmse"]["mean"] == pytest.approx(expected, rel=1e-5)
    assert scores["persistence"]["rmse"] == pytest.approx(expected)


def test_a_network_that_is_persistence_has_no_skill() -> None:
    assert evaluated().scores["skill"] == pytest.approx(0, abs=1e-5)


def test_the_ensemble_lies_between_its_repeats() -> None:
    """One repeat is 2 above the other, so their mean is 1 above persistence."""
    scores = evaluated(above=2.0).scores
    expected = rmse(WALK.series.values_before("test") + 1, WALK.series.values("test"))
    assert scores["ensemble"]["rmse"] == pytest.approx(expected, rel=1e-5)


def test_the_baseline_persistence_agrees_with_the_values_before() -> None:
    scores = evaluated().scores
    baseline = scores["baselines"]["persistence"]["rmse"]
    assert baseline == pytest.approx(scores["persistence"]["rmse"])


def test_the_validation_rows_have_scores_of_their_own() -> None:
    expected = rmse(WALK.series.values_before("validation"), WALK.series.values("validation"))
    assert evaluated().scores["validation"]["rmse"]["mean"] == pytest.approx(expected, rel=1e-5)


def test_without_validation_rows_there_are_no_such_scores() -> None:
    evaluation = evaluated(example())
    assert "validation" not in evaluation.scores
    assert list(evaluation.rmse) == ["seed", "rmse"]


def test_the_table_of_errors_has_a_row_a_repeat() -> None:
    table = evaluated(above=2.0).rmse
    y = WALK.series.values("test")
    before = WALK.series.values_before("test")
    assert list(table) == ["seed", "rmse", "validation_rmse"]
    assert table["seed"].tolist() == [1, 2]
    assert_allclose(table["rmse"], rmse([before, before + 2], y), rtol=1e-5)


def test_the_table_of_forecasts_has_a_row_a_repeat_and_test_row() -> None:
    forecasts = evaluated().forecasts
    assert list(forecasts) == ["unique_id", "fold", "part", "ds", "seed", "y", "forecast"]
    validation = forecasts[forecasts["part"] == "validation"]
    assert validation["y"].tolist() == WALK.series.values("validation").tolist() * REPEATS
    table = forecasts[forecasts["part"] == "test"]
    assert table["y"].tolist() == WALK.series.values("test").tolist() * REPEATS
    expected = WALK.series.values_before("test").tolist() * REPEATS
    assert_allclose(table["forecast"], expected, rtol=1e-5)


def test_one_series_has_no_figures_over_series() -> None:
    assert "series" not in evaluated().scores


def test_several_series_have_figures_over_series() -> None:
    evaluation = evaluated(others=(named(SeriesKey("b")),))
    assert evaluation.scores["series"]["count"] == 2
    assert evaluation.by_series["unique_id"].tolist() == ["a", "b"]


def test_folds_are_validated_and_the_series_itself_is_tested() -> None:
    """The series has test rows alone, and its fold validation rows alone."""
    train, validation, test = WALK.series.rows.sizes
    rows = WALK.series.rows._replace(sizes=(train + validation, 0, test))
    whole = WALK._replace(series=WALK.series._replace(rows=rows))
    until = train + validation
    fold = AlignedSeries(
        rows._replace(
            key=SeriesKey("a", 1),
            ds=rows.ds[:until],
            x=rows.x[:until],
            y=rows.y[:until],
            sizes=(train, validation, 0),
        ),
        WALK.series.y[: until + 3],
    )
    both = evaluated(whole, others=(fold,))
    plain = evaluated()
    assert both.by_series["unique_id"].tolist() == ["a"]
    for name in ("rmse", "baselines"):
        assert both.scores["validation"][name] == plain.scores["validation"][name]
    assert both.scores["rmse"] == plain.scores["rmse"]


def test_residuals_of_the_validation_rows_make_the_conformal_interval() -> None:
    """Four residuals hold 80 % by the largest of them."""
    evaluation = evaluated(level=0.8)
    errors = WALK.series.values_before("validation") - WALK.series.values("validation")
    conformal = evaluation.intervals[evaluation.intervals["method"] == "conformal"]
    width = conformal["high"] - conformal["low"]
    assert_allclose(width, 2 * np.abs(errors).max(), rtol=1e-4)
    assert evaluation.scores["interval"]["level"] == 0.8


def test_a_horizon_of_one_tells_nothing_of_steps_ahead() -> None:
    evaluation = evaluated()
    assert "ahead" not in evaluation.scores
    assert len(evaluation.ahead) == 0


def test_persistence_fed_back_is_persistence_at_every_step() -> None:
    ahead = evaluated(horizon=3).scores["ahead"]
    assert list(ahead) == ["step_1", "step_2", "step_3"]
    for step in ahead.values():
        assert step["rmse"]["mean"] == pytest.approx(step["persistence"], rel=1e-4)


def test_the_share_of_right_forecasts_is_told_where_it_is_asked_for() -> None:
    """Persistence of a random walk is right in no row."""
    assert "share_all_right" not in evaluated().scores
    assert evaluated(decimals=1).scores["share_all_right"] == 0


def test_a_horizon_longer_than_the_test_rows_of_all_series_is_refused() -> None:
    match = "`horizon` must be at most the number of test rows of a series, got 7"
    with pytest.raises(StatecastError, match=match):
        evaluated(horizon=7)


def test_series_too_short_for_the_horizon_are_left_out_of_the_steps_ahead() -> None:
    rows = WALK.series.rows._replace(key=SeriesKey("b"), sizes=(12, 8, 2))
    short = WALK.series._replace(rows=rows)
    both = evaluated(others=(short,), horizon=3).scores["ahead"]
    assert (
        both["step_2"]["persistence"]
        == evaluated(horizon=3).scores["ahead"]["step_2"]["persistence"]
    )


@pytest.fixture(scope="module")
def three_steps(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the shipped pipeline evaluated three steps ahead."""
    project = Project(tmp_path_factory.mktemp("three-steps"))
    project.set(evaluate__horizon=3)
    project.run_all()
    return project


def by_step(project: Project) -> dict[int, dict[str, Any]]:
    ahead = project.json("data/scores.json")["ahead"]
    assert list(ahead) == ["step_1", "step_2", "step_3"]
    return {step: ahead[f"step_{step}"] for step in (1, 2, 3)}


def source_error(project: Project, step: int, back: int | None) -> float:
    """Return the RMSE over ten origins of the value so far back, None: of the last one known.

    The test rows are the last 12 of 36.
    """
    y = project.table("data/series.csv")["y"].to_numpy()
    first = 24 + step - 1
    known = y[23:33] if back is None else y[first - back : first - back + 10]
    return float(rmse(known, y[first : first + 10]))


def test_persistence_of_each_step_is_that_of_the_source(three_steps: Project) -> None:
    for step, figures in by_step(three_steps).items():
        assert figures["persistence"] == pytest.approx(source_error(three_steps, step, None))


def test_seasonal_naive_of_each_step_is_that_of_the_source(three_steps: Project) -> None:
    for step, figures in by_step(three_steps).items():
        assert figures["seasonal_naive"] == pytest.approx(source_error(three_steps, step, 12))


def test_step_1_is_the_walk_forward_over_all_but_the_last_origins(three_steps: Project) -> None:
    table = three_steps.table("plots/forecasts.csv")
    by_hand = []
    for _, repeat in table.groupby("seed"):
        first_ten = repeat.iloc[:10]
        by_hand.append(float(rmse(first_ten["forecast"], first_ten["y"])))
    assert by_step(three_steps)[1]["rmse"]["mean"] == pytest.approx(np.mean(by_hand))


def test_the_plot_of_steps_has_a_row_a_method_and_step(three_steps: Project) -> None:
    assert len(three_steps.table("plots/ahead.csv")) == 12


def test_stage_names_a_horizon_that_is_too_long(finished_project: Project) -> None:
    finished_project.set(evaluate__horizon=13)
    line = finished_project.fails("evaluate")
    assert "evaluate.horizon must be at most the number of test rows" in line


def test_the_metrics_are_a_part_of_the_scores(three_steps: Project) -> None:
    metrics = three_steps.json("metrics/evaluate.json")
    scores = three_steps.json("data/scores.json")
    assert metrics["skill"] == scores["skill"]
    assert metrics["rmse"]["mean"] == scores["rmse"]["mean"]
    assert metrics["ensemble"]["rmse"] == scores["ensemble"]["rmse"]


def with_gap(part: str, row: int) -> Example:
    """Return the walk with a value of a part that filled a gap."""
    place = WALK.series.places(part).start + row
    filled = np.arange(len(WALK.series.y)) == place
    return WALK._replace(series=WALK.series._replace(filled=filled))


@pytest.mark.parametrize("part", ["validation", "test"])
def test_values_in_and_after_gaps_are_in_the_tables_and_not_in_the_figures(
    part: str,
) -> None:
    evaluation = evaluated(with_gap(part, 1), above=2.0, horizon=2)
    plain = evaluated(above=2.0, horizon=2)
    pd.testing.assert_frame_equal(evaluation.forecasts, plain.forecasts)
    before = np.delete(WALK.series.values_before(part), [1, 2])
    values = np.delete(WALK.series.values(part), [1, 2])
    expected = rmse(before + 1, values)
    scores = evaluation.scores["validation"] if part == "validation" else evaluation.scores
    assert scores["ensemble"]["rmse"] == pytest.approx(expected, rel=1e-5)
    column = "validation_rmse" if part == "validation" else "rmse"
    errors = rmse([before, before + 2], values)
    assert_allclose(evaluation.rmse[column], errors, rtol=1e-5)
    is_changed = evaluation.scores["ahead"] != plain.scores["ahead"]
    assert is_changed == (part == "test")


def test_mase_is_in_units_of_the_differences_between_known_training_values() -> None:
    """By hand: all differences over the season of 4, and those that touch no filled value."""
    y = WALK.series.training_values()
    differences = np.abs(y[4:] - y[:-4])
    at = WALK.series.first + 2
    units = [differences.mean(), np.delete(differences, [at - 4, at]).mean()]
    scores = [evaluated(walk, above=2.0, horizon=2).scores for walk in (WALK, with_gap("train", 2))]
    mase = [own["mase"]["mean"] for own in scores]
    assert mase[0] * units[0] == pytest.approx(mase[1] * units[1])
    assert mase[0] == pytest.approx(scores[0]["mae"]["mean"] / units[0])


def test_a_series_without_a_known_test_row_is_left_out_and_refused_alone() -> None:
    none = WALK.series._replace(filled=np.ones(len(WALK.series.y), bool))
    other = none._replace(rows=named(SeriesKey("b")).rows)
    assert evaluated(others=(other,)).by_series["unique_id"].tolist() == ["a"]
    with pytest.raises(StatecastError, match="leave a test row with a value of its own"):
        evaluated(WALK._replace(series=none))
