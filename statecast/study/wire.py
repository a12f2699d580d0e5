"""Jobs and results as bytes, so that only plain values are sent to workers.

The bytes are an npz file with a JSON header.
"""

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from statecast.base.files import Arrays
from statecast.base.identity import SeriesKey
from statecast.network.ensemble import ensemble_from
from statecast.network.network import network_from_json
from statecast.network.rows import SeriesRows, Transformed
from statecast.training.job import Job, setting_from_json

if TYPE_CHECKING:
    from statecast.training.result import Result

OF_ENSEMBLE = "ensemble_"  # before the names of its arrays
CURVES = ("loss", "rmse", "epochs", "best_epoch")
PLAIN = ("parts", "seconds", "compile_seconds")


def to_bytes(arrays: Arrays, header: dict[str, Any]) -> bytes:
    """Return arrays and plain values as an npz file."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, header=np.array(json.dumps(header)), **arrays)
    return content.getvalue()


def from_bytes(content: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Return what ``to_bytes`` was given."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    header = str(arrays.pop("header"))
    return arrays, json.loads(header)


def job_to_bytes(job: Job) -> bytes:
    """Return a job as bytes."""
    arrays: Arrays = {}
    series = []
    for index, rows in enumerate(job.series):
        arrays[f"ds_{index}"] = rows.ds.astype(str)
        arrays[f"x_{index}"] = rows.x
        arrays[f"y_{index}"] = rows.y
        power = None
        if rows.transformed is not None:
            arrays[f"values_{index}"] = rows.transformed.values
            power = rows.transformed.power
        if rows.factors is not None:
            arrays[f"factors_{index}"] = rows.factors
        if rows.unjudged is not None:
            arrays[f"unjudged_{index}"] = rows.unjudged
        plain = [*rows.key, rows.sizes, rows.scale, rows.test_is_train, rows.targets, power]
        series.append(plain)
    return to_bytes(arrays, {"series": series, "setting": job.setting.as_json()})


def job_from_bytes(content: bytes) -> Job:
    """Return the job of ``job_to_bytes``."""
    arrays, header = from_bytes(content)
    series = []
    for index, described in enumerate(header["series"]):
        unique_id, fold, sizes, scale, test_is_train, targets, power = described
        transformed = None
        if power is not None:
            transformed = Transformed(arrays[f"values_{index}"], tuple(power))
        rows = SeriesRows(
            key=SeriesKey(unique_id, fold),
            ds=arrays[f"ds_{index}"],
            x=arrays[f"x_{index}"],
            y=arrays[f"y_{index}"],
            sizes=tuple(sizes),
            scale=tuple(scale) if targets else scale,
            test_is_train=test_is_train,
            targets=tuple(targets),
            transformed=transformed,
            factors=arrays.get(f"factors_{index}"),
            unjudged=arrays.get(f"unjudged_{index}"),
        )
        series.append(rows)
    return Job(series, setting_from_json(header["setting"]))


def result_to_bytes(result: "Result") -> bytes:
    """Return a result as bytes."""
    ensemble = result.ensemble
    arrays = {f"{OF_ENSEMBLE}{name}": array for name, array in ensemble.arrays().items()}
    arrays |= {name: getattr(result, name) for name in CURVES}
    header = {name: getattr(result, name) for name in PLAIN}
    header["network"] = ensemble.network.as_json()
    return to_bytes(arrays, header)


def result_from_bytes(content: bytes) -> "Result":
    """Return the result of ``result_to_bytes``."""
    from statecast.training.result import Result

    arrays, header = from_bytes(content)
    network = network_from_json(header.pop("network"))
    own = {
        name.removeprefix(OF_ENSEMBLE): array
        for name, array in arrays.items()
        if name.startswith(OF_ENSEMBLE)
    }
    curves: dict[str, Any] = {name: arrays[name] for name in CURVES}
    return Result(ensemble=ensemble_from(own, network), **curves, **header)
