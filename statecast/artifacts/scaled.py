"""``data/scaled``: the rows as the network sees them.

train.csv, validation.csv and test.csv have the rows; rows.json says what a row is for a network.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from statecast.artifacts.typed import require_types
from statecast.artifacts.undo import read_inputs
from statecast.base.errors import require
from statecast.base.files import as_written, read_frame, read_json, write_frame, write_json
from statecast.base.identity import KEY_COLUMNS, NETWORK, PARTS, SeriesKey, rows_by_key
from statecast.base.paths import SCALED
from statecast.base.writing import whole_folder
from statecast.data.inputs import Inputs
from statecast.data.joint import joint_inputs, joint_places
from statecast.network.ensemble import ALL_SERIES, Ensemble
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
        series = _all_series(parts, scales)
        if NETWORK in parts[0]:
            series = _joint(series, parts[0], read_inputs(folder))
        rows = ScaledRows(series, described["steps"])
        inputs = rows.series[0].x.shape[1]
        is_whole = rows.steps > 0 and inputs % rows.steps == 0
        require(is_whole, "inputs of a row", f"be those of {rows.steps} steps", inputs)
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
        keys = {series.key for series in rows.series}
        others = keys - set(ensemble.keys)
        is_known = not others or ALL_SERIES in ensemble.keys
        require(is_known, "rows", "be of series of the networks", ", ".join(map(str, others)))
    return rows


def _all_series(parts: list[pd.DataFrame], scales: dict[SeriesKey, float]) -> list[SeriesRows]:
    train, validation, test = map(rows_by_key, parts)
    require(bool(train), "train.csv", "have rows", "none")
    series = []
    none = parts[0].iloc[:0]
    for key in {**train, **test}:
        of_key = [part.get(key, none) for part in (train, validation, test)]
        series.append(_series(key, of_key, scales.get(key, 1.0)))
    return series


def _series(key: SeriesKey, parts: list[pd.DataFrame], scale: float) -> SeriesRows:
    train, validation, test = parts
    test_is_train = train["ds"].tolist() == test["ds"].tolist()
    rows = pd.concat([train, validation] if test_is_train else parts)
    targets = [name for name in rows.columns if name == "y" or name.startswith("y=")]
    others = (*KEY_COLUMNS, NETWORK, "ds", *targets)
    inputs = [name for name in rows.columns if name not in others]
    values = rows[[*inputs, *targets]].to_numpy(np.float64)
    require(bool(np.isfinite(values).all()), f"rows of {key}", "be finite", "NaN or infinity")
    return SeriesRows(
        key=key,
        ds=rows["ds"].to_numpy(),
        x=rows[inputs].to_numpy(np.float64),
        y=rows[targets].to_numpy(np.float64),
        sizes=(len(train), len(validation), 0 if test_is_train else len(test)),
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
