"""Forecasts of several steps ahead on the original scale.

Shape letters: R repeats, K origins, H steps ahead.
"""

from collections.abc import Iterator, Sequence

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries, different_rows
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import Launch, feedback_of, held_of, rollout
from statecast.forecasting.together import groups_of
from statecast.forecasting.undo import Undo
from statecast.network.rows import SeriesRows


def paths(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    *,
    inputs: Inputs,
    undo: Undo,
    origins: Sequence[Sequence[int]],
    horizon: int,
    starts: Sequence[int] | None = None,
) -> list[Floats]:
    """Return the forecasts of ``rollout`` for series, which may be targets of joint rows.

    Args:
        networks: trained and rebatched.
        series: rows and true values of each; targets of one network share their rows.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        origins: the first row of each forecast, rising, of each series; the same for targets of
            one network.
        horizon: H.
        starts: the first row that the state of each series sees; None: its first one.

    Returns:
        Of each series [R, K, H]; NaN for steps after the last row.

    """
    rows = different_rows(series)
    begins = [0] * len(series) if starts is None else starts
    begun = zip(series, origins, begins, strict=True)
    of_rows = {own.rows.key: (each, start) for own, each, start in begun}
    launches = [
        launch_of(own, of_rows[key][0], inputs, undo, start=of_rows[key][1])
        for key, own in rows.items()
    ]
    scaled = dict(zip(rows, rollout(networks, launches, horizon), strict=True))
    return [
        undo.paths(scaled[own.rows.key][..., own.output], own, each)
        for own, each in zip(series, origins, strict=True)
    ]


def paths_in_turn(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    *,
    inputs: Inputs,
    undo: Undo,
    origins: Sequence[Sequence[int]],
    horizon: int,
    starts: Sequence[int] | None = None,
) -> Iterator[Floats]:
    """Yield the forecasts of ``paths`` series by series; those of a few are kept at a time.

    The arguments are those of ``paths``.
    """
    of_origin = len(networks.ensemble.seeds) * horizon
    for group in groups_of([len(each) * of_origin for each in origins]):
        yield from paths(
            networks,
            series[group],
            inputs=inputs,
            undo=undo,
            origins=origins[group],
            horizon=horizon,
            starts=None if starts is None else starts[group],
        )


def launch_of(
    rows: SeriesRows, origins: Sequence[int], inputs: Inputs, undo: Undo, *, start: int = 0
) -> Launch:
    """Return rows with the origins from which they are forecast, and what is fed back.

    Args:
        rows: of a series, or of several targets.
        origins: the first row of each forecast, rising.
        inputs: what a row is.
        undo: whose scaler the rows have.
        start: the first row that the state sees.

    """
    keys = rows.forecast_keys()
    feedback = feedback_of(inputs, undo.scaler, keys)
    return Launch(rows, origins, feedback, held_of(inputs, undo.scaler, keys), start)
