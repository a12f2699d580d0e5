"""Members of a combination: what networks and methods forecast of the same rows.

Shape letters: J members, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.methods import Course
from statecast.evaluation.part_ahead import PartAhead, method_ahead, networks_ahead
from statecast.flow.difference import applied
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import next_paths
from statecast.network.ensemble import Ensemble
from statecast.study.configurations import Configuration
from statecast.study.local import Train
from statecast.study.measuring import Ready


class TrainedConfiguration(NamedTuple):
    """A configuration, its rows, and its networks of the series and of the folds."""

    configuration: Configuration
    ready: Ready
    ensemble: Ensemble


class Member(NamedTuple):
    """Forecasts of one member, the later ones fed with its own."""

    name: str
    validation: list[PartAhead]  # of each fold, from each validation row on
    test: PartAhead  # from each test row on

    def validation_rmse(self, *, step: int | None = None) -> float:
        """Return the RMSE over the validation rows of all folds.

        Args:
            step: ahead, from 0; None: all steps.

        """
        return rmse_of(self.validation, step=step)

    def test_rmse(self) -> float:
        """Return the RMSE one step ahead on the test rows."""
        return rmse_of([self.test], step=0)


def rmse_of(ahead: Sequence[PartAhead], *, step: int | None = None) -> float:
    """Return the RMSE over all origins of some parts; NaN where there is no forecast.

    Args:
        ahead: of the parts.
        step: ahead, from 0; None: all steps.

    """
    squares = []
    for own in ahead:
        residuals = own.residuals() if step is None else own.residuals()[:, step]
        truth = own.y if step is None else own.y[:, step]
        squares.append(residuals[np.isfinite(truth)] ** 2)
    return float(np.sqrt(np.concatenate(squares).mean()))


def network_member(trained: TrainedConfiguration, horizon: int) -> Member:
    """Return what the repeats of a configuration forecast in the mean.

    Args:
        trained: the networks.
        horizon: H.

    """
    ready = trained.ready
    networks = ready.networks(trained.ensemble)

    def of_part(part: str) -> list[PartAhead]:
        return networks_ahead(
            networks, ready.series, part, inputs=ready.inputs, undo=ready.undo, horizon=horizon
        )

    return Member(trained.configuration.name, of_part("validation"), of_part("test")[0])


def method_member(method: str, ready: Ready, *, season_length: int, horizon: int) -> Member:
    """Return what a method forecasts of the rows that the networks forecast.

    Args:
        method: one of METHODS but ridge; it is fitted anew on the training rows of each fold.
        ready: the rows of a configuration; those of all have the same times.
        season_length: rows in a season.
        horizon: H.

    """

    def of_part(part: str) -> list[PartAhead]:
        return method_ahead(
            method, ready.series, part, season_length=season_length, horizon=horizon
        )

    return Member(method, of_part("validation"), of_part("test")[0])


def networks_after(
    chosen: Sequence[TrainedConfiguration], train: Train, horizon: int
) -> list[Floats]:
    """Return the forecasts after the end [H] of configurations trained anew on all rows.

    Args:
        chosen: the configurations.
        train: trains jobs.
        horizon: H.

    Raises:
        Exception: what a training raises.

    """
    jobs = []
    for own in chosen:
        whole = [series.rows for series in own.ready.series if series.key.is_whole]
        rows = [of_series.all_for_training() for of_series in whole]
        jobs.append(own.ready.job._replace(series=rows))
    ensembles: dict[int, Ensemble] = {}
    for place, result in train(jobs):
        if isinstance(result, Exception):
            raise result
        ensembles[place] = result.ensemble
    return [_after(own, ensembles[place], horizon) for place, own in enumerate(chosen)]


def _after(trained: TrainedConfiguration, ensemble: Ensemble, horizon: int) -> Floats:
    ready = trained.ready
    whole = [
        own._replace(rows=own.rows.all_for_training()) for own in ready.series if own.key.is_whole
    ]
    paths = next_paths(
        ready.networks(ensemble),
        whole,
        future_rows(applied(ready.frame, ready.undo.inverse), horizon, ready.inputs),
        inputs=ready.inputs,
        undo=ready.undo,
        horizon=horizon,
    )
    return paths[0].by_repeat.mean(axis=0)


def method_after(method: str, y: Floats, *, season_length: int, horizon: int) -> Floats | None:
    """Return the forecasts of a method after the end [H]; None if it cannot be fitted.

    Args:
        method: one of METHODS but ridge.
        y: all values of the series.
        season_length: rows in a season.
        horizon: H.

    """
    course = Course("all rows", y, len(y), np.array([len(y)]), horizon)
    walked = walk_once(method, [course], season_length=season_length)[0]
    return None if walked is None else walked.forecast[0]
