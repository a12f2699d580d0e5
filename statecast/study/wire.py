"""Requests and runs as bytes: an npz file with a JSON header, so that workers are sent plain values alone."""

import io
import json
from typing import Any

import numpy as np

from statecast.network.batching import Batching
from statecast.network.ensemble import model_from
from statecast.network.network import network_from_json
from statecast.network.rows import Series
from statecast.training.job import Learning, Request, Setting

Arrays = dict[str, np.ndarray]


def to_bytes(arrays: Arrays, header: dict[str, Any]) -> bytes:
    """Return arrays and plain values as an npz file."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, header=np.array(json.dumps(header)), **arrays)
    return content.getvalue()


def from_bytes(content: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Return what ``to_bytes`` was given."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(str(arrays.pop("header")))


def request_to_bytes(request: Request) -> bytes:
    """Return a request as bytes."""
    arrays: Arrays = {}
    for place, one in enumerate(request.series):
        arrays |= {f"ds_{place}": one.ds.astype(str), f"x_{place}": one.x, f"y_{place}": one.y}
    setting = request.setting
    plain = setting._replace(network=setting.network.as_json(), trained=None, learning=None)  # type: ignore[arg-type]
    header = {
        "series": [[one.unique_id, one.sizes, one.test_is_train] for one in request.series],
        "scale": request.scale,
        "setting": plain._asdict(),
        "trained": setting.trained._asdict(),
        "learning": setting.learning._asdict(),
    }
    return to_bytes(arrays, header)


def request_from_bytes(content: bytes) -> Request:
    """Return the request of ``request_to_bytes``."""
    arrays, header = from_bytes(content)
    series = [
        Series(name, arrays[f"ds_{place}"], arrays[f"x_{place}"], arrays[f"y_{place}"], tuple(sizes), test_is_train)
        for place, (name, sizes, test_is_train) in enumerate(header["series"])
    ]
    learning = header["learning"]
    learning["penalties"] = tuple(map(tuple, learning["penalties"]))
    setting = header["setting"] | {"trained": Batching(**header["trained"]), "learning": Learning(**learning)}
    setting["network"] = network_from_json(setting["network"])
    return Request(series, header["scale"], Setting(**setting))


def run_to_bytes(run: Any) -> bytes:
    """Return a ``statecast.training.runs.Run`` as bytes."""
    arrays = {f"model_{name}": array for name, array in run.model.arrays().items()}
    curves = {name: getattr(run, name) for name in ("loss", "rmse", "epochs", "best_epoch")}
    plain = {name: getattr(run, name) for name in ("parts", "seconds", "compile_seconds")}
    return to_bytes(arrays | curves, {"network": run.model.network.as_json(), **plain})


def run_from_bytes(content: bytes) -> Any:
    """Return the run of ``run_to_bytes``."""
    from statecast.training.prepare import Run

    arrays, header = from_bytes(content)
    weights = {name.removeprefix("model_"): array for name, array in arrays.items() if name.startswith("model_")}
    model = model_from(weights, network_from_json(header.pop("network")))
    curves: dict[str, Any] = {name: array for name, array in arrays.items() if not name.startswith("model_")}
    return Run(model=model, **curves, **header)
