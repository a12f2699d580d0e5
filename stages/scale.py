"""scale: fit a scaler on the training rows and scale all three parts with it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, Field

from statecast.base.errors import require
from statecast.base.files import read_frame, read_json, write_frame, write_json
from statecast.base.stage import run
from statecast.data.scaling import fit_scaler, scale_frame, value_columns
from statecast.params.section import Number, Section, load_section


def rising(bounds: list[float]) -> list[float]:
    """Take two numbers of which the second is larger."""
    if len(bounds) != 2 or bounds[0] >= bounds[1]:
        raise ValueError("must be two numbers, the smaller first")
    return bounds


class Scale(Section):
    """Which scaler; the range is minmax's."""

    method: Literal["minmax", "standard", "none", "onehot"]
    range: Annotated[list[Number], AfterValidator(rising)] = Field(default=[-1, 1])


def scaled_inputs(content: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """Return what frame wrote of a row with the names of the scaled columns: a symbol's are ``lag_1=a`` and so on."""
    came_from = {column: column.partition("=")[0] for column in columns}
    lags = content["target"]["lags"]
    target = content["target"] | {"lags": {new: lags[old] for new, old in came_from.items() if old in lags}}
    return content | {"inputs": [new for new, old in came_from.items() if old in content["inputs"]], "target": target}


def main(framed: Path, scaled: Path, scaler_path: Path) -> None:
    """Write ``scaled/{train,validation,test}.csv``, ``scaled/frame.json`` (what a row is) and the scaler as JSON."""
    section = load_section(Scale, "scale")
    symbols = section.method == "onehot"
    parts = {name: read_frame(framed / f"{name}.csv", symbols=symbols) for name in ("train", "validation", "test")}
    numeric = all(pd.api.types.is_numeric_dtype(parts["train"][column]) for column in value_columns(parts["train"]))
    require(symbols or numeric, "params.yaml: scale.method", "be onehot for a series of symbols", section.method)
    content = read_json(framed / "frame.json")
    ahead = sorted(content["ahead"])
    require(not (symbols and ahead), "params.yaml: frame.features and calendar", "be [] for scale.method onehot", ahead)
    scaler = fit_scaler(parts["train"], section.method, *section.range)
    for name, part in parts.items():
        write_frame(scale_frame(part, scaler), scaled / f"{name}.csv")
    columns = value_columns(scale_frame(parts["train"].iloc[:1], scaler))
    write_json(scaled_inputs(content, columns), scaled / "frame.json")
    write_json(scaler, scaler_path)


if __name__ == "__main__":
    run(main)
