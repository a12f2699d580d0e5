"""``data/scaled``: the rows as the network sees them.

train.csv, validation.csv and test.csv have the rows; rows.json says what a row is for a network.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.typed import require_types
from statecast.artifacts.undo import read_inputs
from statecast.base.arrays import Floats, Ints
from statecast.base.errors import require
from statecast.base.files import as_written, read_frame, read_json, write_frame, write_json
from statecast.base.identity import KEY_COLUMNS, NETWORK, PARTS, SeriesKey
from statecast.base.paths import SCALED
from statecast.base.writing import whole_folder
from statecast.data.groups import groups_of_keys, keys_of
from statecast.data.inputs import Inputs
from statecast.data.joint import joint_inputs, joint_places
from statecast.network.ensemble import Ensemble
from statecast.network.rows import ScaledRows, SeriesRows

COLUMNS = ("unique_id", "fold", "ds")
ROWS = "rows.json"


def write_scaled(
    parts: Mapping[str, pd.DataFrame],
    *,
    steps: int,
    scales: Mapping[SeriesKey, float],
    folder: Path = SCALED,
) -> None:
    """Write the scaled rows.

    Args:
        parts: ``unique_id, fold, ds``, inputs and y, of train, validation and test; of several
            targets also ``network``.
        steps: how many steps a row has; all have the same number of inputs.
        scales: how much 1 on the original scale is on the scaled one; a missing series has 1.
        folder: where the files go.

    """
    listed = [{**key._asdict(), "scale": scale} for key, scale in scales.items()]
    with whole_folder(folder):
        for part, frame in parts.items():
            write_frame(frame, folder / f"{part}.csv")
        write_json({"steps": steps, "scales": listed}, folder / ROWS)


def read_scaled(folder: Path = SCALED) -> ScaledRows:
    """Return the rows of a folder, series by series in the order of their first training rows.

    Rows of the targets of one network are joined. Series that are held out whole, which have test
    rows alone, come after the others.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    described = read_json(folder / ROWS)
    parts = [read_frame(folder / f"{part}.csv", COLUMNS) for part in PARTS]
    with as_written(folder / ROWS):
        scales = {
            SeriesKey(line["unique_id"], line["fold"]): line["scale"]
            for line in described["scales"]
        }
        require_types(described["steps"], int)
        require_types(list(scales.items()), list[tuple[SeriesKey, float]])
    with as_written(folder):
        is_joint = NETWORK in parts[0]
        inputs = read_inputs(folder) if is_joint else None
        return scaled_rows(parts, scales, described["steps"], inputs)


def scaled_rows(
    parts: Sequence[pd.DataFrame],
    scales: Mapping[SeriesKey, float],
    steps: int,
    inputs: Inputs | None = None,
) -> ScaledRows:
    """Return the rows of three parts, series by series, as ``read_scaled`` does.

    Args:
        parts: scaled rows of train, validation and test, as in ``write_scaled``.
        scales: as in ``write_scaled``.
        steps: of a row.
        inputs: what a row of one target is; None where there are no targets.

    Raises:
        StatecastError: there are no rows, or they are not alike.

    """
    series = _all_series(parts, scales)
    if inputs is not None and NETWORK in parts[0]:
        series = _joint(series, parts[0], inputs)
    rows = ScaledRows(series, steps)
    count = rows.series[0].x.shape[1]
    is_whole = rows.steps > 0 and count % rows.steps == 0
    require(is_whole, "inputs of a row", f"be those of {rows.steps} steps", count)
    return rows


def read_scaled_for(ensemble: Ensemble, folder: Path = SCALED) -> ScaledRows:
    """Return the rows of a folder, which networks are to forecast.

    Raises:
        StatecastError: a file is missing or damaged, or the networks were trained on other rows.

    """
    rows = read_scaled(folder)
    network = ensemble.network
    sizes = (network.steps, network.features, network.outputs)
    found = (rows.steps, rows.features, rows.outputs)
    with as_written(folder):
        must = f"have the steps, inputs and outputs of the networks, {sizes}"
        require(found == sizes, "rows", must, found)
        others = [series.key for series in rows.series if not ensemble.knows(series.key)]
        require(not others, "rows", "be of series of the networks", ", ".join(map(str, others)))
    return rows


class _Sorted(NamedTuple):
    """The rows of all series and folds, those of each together and in the order of PARTS."""

    keys: list[SeriesKey]  # [G]
    sizes: Ints  # [G, 3], rows of each part
    ds: np.ndarray  # [N]
    x: Floats  # [N, T x F]
    y: Floats  # [N, O]


def _all_series(
    parts: Sequence[pd.DataFrame], scales: Mapping[SeriesKey, float]
) -> list[SeriesRows]:
    """Return the rows of each series and fold, whose arrays are views of those of all rows."""
    require(len(parts[0]) > 0, "train.csv", "have rows", "none")
    rows = _sorted(parts)
    totals = rows.sizes.sum(axis=1)
    _require_finite(rows, totals)
    starts = np.cumsum(totals) - totals
    series = []
    for key, start, sizes in zip(rows.keys, starts.tolist(), rows.sizes.tolist(), strict=True):
        series.append(_series(rows, key, start, sizes, scales.get(key, 1.0)))
    return series


def _sorted(parts: Sequence[pd.DataFrame]) -> _Sorted:
    """Return the rows of all parts; series held out whole come after those trained on."""
    train, validation, test = parts
    every = pd.concat([train, test, validation], ignore_index=True)
    part = np.repeat([0, 2, 1], [len(train), len(test), len(validation)])
    groups = groups_of_keys(every)
    order = groups.order[np.lexsort((part[groups.order], groups.number))]
    count = len(groups.starts)
    sizes = np.bincount(3 * groups.number + part[order], minlength=3 * count).reshape(count, 3)
    targets = [name for name in every.columns if name == "y" or name.startswith("y=")]
    others = (*KEY_COLUMNS, NETWORK, "ds", *targets)
    inputs = [name for name in every.columns if name not in others]
    return _Sorted(
        keys=keys_of(every, groups.first_rows),
        sizes=sizes,
        ds=every["ds"].to_numpy()[order],
        x=every[inputs].to_numpy(np.float64)[order],
        y=every[targets].to_numpy(np.float64)[order],
    )


def _require_finite(rows: _Sorted, totals: Ints) -> None:
    is_finite = np.isfinite(rows.x).all(axis=1) & np.isfinite(rows.y).all(axis=1)
    if not is_finite.all():
        number = np.repeat(np.arange(len(totals)), totals)  # of the series of each row
        key = rows.keys[number[is_finite.argmin()]]
        require(False, f"rows of {key}", "be finite", "NaN or infinity")


def _series(
    rows: _Sorted, key: SeriesKey, start: int, sizes: list[int], scale: float
) -> SeriesRows:
    """Return the rows of the series that starts at a row."""
    train, validation, test = sizes
    before_test = start + train + validation
    ds_of_train = rows.ds[start : start + train]
    ds_of_test = rows.ds[before_test : before_test + test]
    test_is_train = np.array_equal(ds_of_train, ds_of_test)
    own_test = 0 if test_is_train else test
    own = slice(start, before_test + own_test)
    return SeriesRows(
        key=key,
        ds=rows.ds[own],
        x=rows.x[own],
        y=rows.y[own],
        sizes=(train, validation, own_test),
        scale=scale,
        test_is_train=test_is_train,
    )


def _joint(series: list[SeriesRows], train: pd.DataFrame, inputs: Inputs) -> list[SeriesRows]:
    """Return the rows of the targets of each network as joint rows."""
    network_of = dict(zip(train["unique_id"], train[NETWORK], strict=True))
    by_network: dict[SeriesKey, list[SeriesRows]] = {}
    for rows in series:
        key = SeriesKey(network_of[rows.key.unique_id], rows.key.fold)
        by_network.setdefault(key, []).append(rows)
    counts = {len(targets) for targets in by_network.values()}
    require(len(counts) == 1, "every network", "forecast as many series", sorted(counts))
    return [_joint_rows(key, targets, inputs) for key, targets in by_network.items()]


def _joint_rows(key: SeriesKey, targets: list[SeriesRows], inputs: Inputs) -> SeriesRows:
    """Return the rows of targets, which have the same times and parts, as joint rows."""
    first = targets[0]
    for rows in targets:
        same = rows.sizes == first.sizes and np.array_equal(rows.ds, first.ds)
        require(same, f"rows of {rows.key}", f"be at the times of {first.key}", "others")
    places = joint_places(inputs, len(targets))
    return first._replace(
        key=key,
        x=joint_inputs([rows.x for rows in targets], places),
        y=np.concatenate([rows.y for rows in targets], axis=1),
        scale=tuple(np.ravel([rows.scale for rows in targets]).tolist()),
        targets=tuple(rows.key.unique_id for rows in targets),
    )
