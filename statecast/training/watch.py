"""Forecast watched rows while training goes on, inside the program.

Shape letters: R repeats, S steps, B lanes, O outputs, P watched parts.
"""

from collections.abc import Sequence
from typing import Any

from statecast.network.activations import activate
from statecast.network.network import Network, State
from statecast.network.step import step
from statecast.training.formula import ON_OUTPUTS, Formula
from statecast.training.layout import Original, SeriesOfPart, Watched
from statecast.training.runtime import tf

Tensor = Any

LEAST_POWER = 1e-6  # nearer to 0, 32 bits lose the digits; the logarithm is the same
LARGEST = 1e18  # whose square is finite in 32 bits


def watch(
    formula: Formula,
    network: Network,
    weights: list[Tensor],
    watched: Watched,
    *,
    repeats: int,
    resets: bool,
    taken: Tensor | None = None,
    series: tuple[SeriesOfPart, ...] = (),
) -> Tensor:
    """Return the RMSE [P, R] of the watched parts on the original scale, from the zero state.

    Of outputs that are weighed apart it is the mean of their RMSE, of several series of a network
    the mean over the series.

    Args:
        formula: of the weights.
        network: what the weights belong to.
        weights: packed.
        watched: the rows, as tensors.
        repeats: R.
        resets: whether any lane is zeroed on the way.
        taken: steps of the rows that are taken; None: all.
        series: of each part; empty: every network has one series.

    """
    parts, steps, lanes, *apart, _ = watched.weight.shape  # apart: O, or nothing
    each = formula.each(weights)

    # Rows are taken one step ahead: XLA can vectorise no loop that looks rows up.
    def rows_of(s: Tensor) -> list[Tensor]:
        x, y, weight, reset, *original = watched.arrays()
        return [x[s], y[s], weight[:, s], reset[s], *(part[s] for part in original)]

    def take_step(
        s: Tensor, state: State, rows: list[Tensor], total: Tensor
    ) -> tuple[Tensor, State, list[Tensor], Tensor]:
        x, y, weight, reset, *original = rows
        if resets:
            state = formula.zeroed(state, reset)
        z, after = step(formula.ops, network, each, x, state)
        forecast = activate(ON_OUTPUTS, network.head, formula.outputs(z))
        error = forecast - y  # [B, O, R]
        if original:
            error = on_original_scale(error, Original(*original))
        squares = tf.square(error)
        if not apart:
            squares = tf.reduce_mean(squares, axis=1)  # [B, R]
        if series:
            own_weight = tf.reduce_sum(weight, axis=0)  # a lane is of one part
            return s + 1, after, rows_of(s + 1), total + own_weight * squares
        weighted = weight * squares  # [P, B, R], or with O
        mean_square = tf.reduce_sum(weighted, axis=1)  # [P, R], or with O: the part of this step
        return s + 1, after, rows_of(s + 1), total + mean_square

    def is_left(s: Tensor, *_: Any) -> Tensor:
        return s < (steps if taken is None else taken)

    zeros = formula.zeros(network, lanes, repeats)
    kept = lanes if series else parts
    start = (0, zeros, rows_of(0), tf.zeros((kept, *apart, repeats)))
    _, _, _, total = tf.while_loop(is_left, take_step, start, maximum_iterations=steps)
    rmse = mean_over_series(total, series) if series else tf.sqrt(total)
    return tf.reduce_mean(rmse, axis=1) if apart else rmse


def mean_over_series(total: Tensor, series: Sequence[SeriesOfPart]) -> Tensor:
    """Return the mean over series of their RMSE [P, R], or with outputs [P, O, R].

    Args:
        total: what each lane adds to the mean square of its series, [B, R] or [B, O, R].
        series: of each part.

    """
    sizes = [own.number * own.lanes for own in series]
    means = []
    for own, part in zip(series, tf.split(total, sizes), strict=True):
        by_lane = tf.reshape(part, (own.number, own.lanes, *part.shape[1:]))
        rmse = tf.sqrt(tf.reduce_sum(by_lane, axis=1))
        means.append(tf.reduce_mean(rmse, axis=0))
    return tf.stack(means)


def on_original_scale(error: Tensor, original: Original) -> Tensor:
    """Return errors [B, O, R] of transformed values as errors of the values that they were made of.

    They stay so small that their squares are finite.

    Args:
        error: on the scaled scale.
        original: of these rows, each [B, O, R or 1].

    """
    values, slope, power = original
    moved = slope * error  # by how much the transformed value is off, in units of value**power
    is_log = tf.abs(power) < LEAST_POWER
    divisor = tf.where(is_log, tf.ones_like(power), power)
    of_power = tf.math.log1p(tf.maximum(divisor * moved, -1)) / divisor
    logarithm = tf.where(is_log, moved, of_power)  # of forecast / value
    return tf.clip_by_value(values * tf.math.expm1(logarithm), -LARGEST, LARGEST)
