"""Run a pipeline on any params and bytes: it ends well, or one stage says in a line why not."""

import contextlib
import json
import re
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
import yaml

from statecast.base.errors import ARGUMENT, StatecastError
from statecast.base.files import read_frame
from statecast.base.keys import has, value_at, with_values
from statecast.pipeline import read_pipeline
from tests.support.project import ROOT

END = "end"  # in place of the stage that refused: none did
MOST_CHARACTERS = 500  # of an error
MOST_SECONDS = 60  # of a stage, on a machine that others use too
NUMBERS = [stage.load() for stage in read_pipeline(ROOT / "dvc.yaml")]
SYMBOLS = [stage.load() for stage in read_pipeline(ROOT / "problems" / "memory" / "dvc.yaml")]
AGAIN = [stage for stage in NUMBERS if stage.__name__ in {"stages.rebatch", "stages.evaluate"}]
SAYS_WHERE = re.compile(
    r"params\.yaml|own\.csv|data/|series |column |every symbol|times|"
    r"training loss|RMSE|weights|forecasts"
)


class Example(NamedTuple):
    """What a pipeline is given."""

    content: bytes | None  # of the source; None: the pipeline makes its own
    params: dict[str, Any]
    other_batch_size: int | None = None  # also forecast at it, and compare; None: do not


def numbers_end(example: Example, folder: Path) -> str:
    """Run the pipeline of numbers; return the stage that refused, or END if all is well.

    Raises:
        AssertionError: a stage ended in another way than it must.

    """
    _give(example, folder)
    with contextlib.chdir(folder):
        end = _end_of(NUMBERS)
        if end == END:
            require_forecasts(example.params)
            require_finite_scores()
            require_future(example.params)
            require_parity()
            if example.other_batch_size is not None:
                require_same_forecasts(example.params, example.other_batch_size)
    return end


def symbols_end(example: Example, folder: Path) -> str:
    """Run the pipeline of symbols; as ``numbers_end``."""
    _give(example, folder)
    with contextlib.chdir(folder):
        end = _end_of(SYMBOLS)
        if end == END:
            require_symbols(example.params)
            require_finite_scores()
            require_parity()
    return end


def ends_well(stage: ModuleType) -> bool:
    """Return whether a stage in the working directory ends well; otherwise it wrote nothing.

    Raises:
        AssertionError: it refuses in more than a line, or leaves a file.

    """
    before = _files()
    try:
        with _no_longer_than(MOST_SECONDS):
            stage.main()
    except StatecastError as error:
        _require_good_message(str(error))
        assert _files() == before
        return False
    assert not [path for path in _files() if path.endswith(".part")]
    return True


def require_forecasts(params: dict[str, Any]) -> None:
    """Check that every repeat has a finite forecast of every test row in the working directory."""
    forecasts = read_frame(Path("plots/forecasts.csv"))
    seeds = _seeds(params)
    wanted = {
        (name, time, seed)
        for name, rows in _test_rows(params).groupby("unique_id")
        for time in rows["ds"]
        for seed in seeds
    }
    found = list(zip(forecasts["unique_id"], forecasts["ds"], forecasts["seed"], strict=True))
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert np.isfinite(forecasts["forecast"].to_numpy(float)).all()


def require_finite_scores() -> None:
    """Check that all figures in the working directory are finite."""
    for path in ("data/scores.json", "metrics/evaluate.json"):
        json.loads(Path(path).read_text(), parse_constant=_no_number)


def require_future(params: dict[str, Any]) -> None:
    """Check the rows after the end of each series in the working directory."""
    future = read_frame(Path("data/future.csv"))
    features = _value(params, "frame.features", [])
    horizon = 0 if features else int(float(_value(params, "forecast.horizon", 12)))
    series = read_frame(Path("data/series.csv"))
    if horizon == 0:
        assert future.empty
        return
    assert list(future["unique_id"].unique()) == list(series["unique_id"].unique())
    for name, rows in future.groupby("unique_id"):
        last = series[series["unique_id"] == name]["ds"].iloc[-1:]
        times = _comparable(pd.concat([last, rows["ds"]]))
        assert len(rows) == horizon
        assert times.is_monotonic_increasing
        assert times.is_unique
        assert np.isfinite(rows[["forecast", "low", "high"]].to_numpy(float)).all()


def require_parity() -> None:
    """Check that networks said to compute the trained function do, in the working directory."""
    parity = json.loads(Path("data/model/parity.json").read_text())
    if parity["exact"]:
        largest = max(_largest(path) for path in Path("data/scaled").glob("*.csv"))
        assert parity["max_abs_difference"] <= 1e-3 * max(1.0, largest)


def require_same_forecasts(params: dict[str, Any], batch_size: int) -> None:
    """Rebatch and evaluate again at another batch size, which must forecast the same."""
    before = read_frame(Path("plots/forecasts.csv"))
    _write_params(with_values(params, {"rebatch.batch_size": batch_size}), Path())
    assert _end_of(AGAIN) == END
    after = read_frame(Path("plots/forecasts.csv"))
    tolerance = 1e-4 * before["y"].abs().max()
    np.testing.assert_allclose(after["forecast"], before["forecast"], rtol=1e-3, atol=tolerance)


def require_symbols(params: dict[str, Any]) -> None:
    """Check what the networks say of symbols in the working directory."""
    accuracy = read_frame(Path("plots/accuracy.csv"))
    assert accuracy["seed"].tolist() == _seeds(params)
    shares = accuracy[["accuracy", "accuracy_last"]].to_numpy(float)
    assert ((shares >= 0) & (shares <= 1)).all()
    predictions = read_frame(Path("plots/predictions.csv"), symbols=True)
    known = set(read_frame(Path("data/series.csv"), symbols=True)["y"])
    assert set(predictions["forecast"]) <= known


def _give(example: Example, folder: Path) -> None:
    """Write the source and the params into a folder."""
    if example.content is not None:
        (folder / "own.csv").write_bytes(example.content)
    _write_params(example.params, folder)


def _end_of(stages: Sequence[ModuleType]) -> str:
    """Run stages in the working directory; return the name of the one that refused, or END."""
    for stage in stages:
        if not ends_well(stage):
            return stage.__name__
    return END


def _require_good_message(message: str) -> None:
    """Check that an error is one short line that says where, with a key and not an argument."""
    assert "\n" not in message, message
    assert len(message) < MOST_CHARACTERS, message
    assert SAYS_WHERE.search(message), message
    assert not ARGUMENT.search(message), message


def _files() -> set[str]:
    return {str(path) for path in Path.cwd().rglob("*") if path.is_file()}


def _write_params(params: dict[str, Any], folder: Path) -> None:
    text = yaml.safe_dump(params, sort_keys=False, allow_unicode=True)
    (folder / "params.yaml").write_text(text, encoding="utf-8")


def _test_rows(params: dict[str, Any]) -> pd.DataFrame:
    """Return the rows that must be forecast: the last of the series, or those of the training."""
    if _value(params, "frame.test", "end") == "train":
        return read_frame(Path("data/framed/train.csv"))
    series = read_frame(Path("data/series.csv"))
    size = int(float(value_at(params, "frame.test_size")))
    return series.groupby("unique_id").tail(size)


def _seeds(params: dict[str, Any]) -> list[int]:
    first = int(float(value_at(params, "train.seed")))
    return [first + repeat for repeat in range(int(float(value_at(params, "train.repeats"))))]


def _value(params: dict[str, Any], key: str, default: Any) -> Any:
    return value_at(params, key) if has(params, key) else default


def _comparable(times: pd.Series) -> pd.Series:
    """Return text as numbers where all of it is integers; ISO dates compare as text."""
    integers = times.astype(str).str.fullmatch(r"[+-]?\d+").all()
    return times.astype("int64") if integers else times


def _largest(path: Path) -> float:
    numbers = read_frame(path).drop(columns=["unique_id", "ds", "fold"], errors="ignore")
    return float(numbers.abs().max(axis=None)) if len(numbers) else 0.0


def _no_number(name: str) -> NoReturn:
    raise AssertionError(name)


@contextlib.contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in a block that lasts longer."""

    def stop(*_: Any) -> NoReturn:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
