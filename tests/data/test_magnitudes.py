"""Sizes that can be computed with. Oracle: the bounds, and series multiplied until they fail."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.magnitudes import require_magnitudes, require_scaled_magnitudes
from statecast.data.scaling import Method, fit_scaler, scale_frame
from tests.support.project import Project

VALUES = np.array([2.0, 5.0, 3.0, 4.0])


def long(factor: float, **columns: object) -> pd.DataFrame:
    series = {"unique_id": "a", "ds": ["1", "2", "3", "4"], "y": VALUES * factor}
    return pd.DataFrame({**series, **columns})


@pytest.mark.parametrize("factor", [0, 1e-30, -1e-30, 1, 1e29, -1e29])
def test_sizes_that_can_be_computed_with(factor: float) -> None:
    require_magnitudes(long(factor))


@pytest.mark.parametrize("factor", [1e-300, -1e-300, 1e-31, 1e30, 1e39, 1e150, -1e150, 1e300])
def test_sizes_that_cannot(factor: float) -> None:
    value = f"{VALUES[1] * factor:g}"
    with pytest.raises(StatecastError) as error:
        require_magnitudes(long(factor))
    assert str(error.value) == (
        "series 'a', column 'y' must be rescaled: its largest value must be from 1e-30 to 1e+30, "
        f"got {value} at 2"
    )


def test_a_small_value_beside_large_ones_is_right() -> None:
    frame = long(1)
    frame.loc[0, "y"] = 1e-300
    require_magnitudes(frame)


def test_one_large_value_of_one_series_of_two_is_named() -> None:
    frame = pd.concat([long(1), long(1).assign(unique_id="b")], ignore_index=True)
    frame.loc[6, "y"] = -1e300
    with pytest.raises(StatecastError, match=r"^series 'b', column 'y' must .* -1e\+300 at 3$"):
        require_magnitudes(frame)


def test_a_feature_is_looked_at_and_symbols_are_not() -> None:
    require_magnitudes(long(1, y=["a", "b", "c", "d"]))
    with pytest.raises(StatecastError, match=r"column 'price' must be rescaled.*got 1e\+40 at 1"):
        require_magnitudes(long(1, price=[1e40, 0.0, 0.0, 0.0]))


def scaled(factor: float, method: Method, test: float = 1.0) -> None:
    train = long(factor).assign(fold=0)[["unique_id", "fold", "ds", "y"]]
    parts = {"train": train, "test": train.assign(y=train["y"] * test)}
    scaler = fit_scaler(train, method)
    frames = {part: scale_frame(frame, scaler) for part, frame in parts.items()}
    require_scaled_magnitudes(frames, scaler)


@pytest.mark.parametrize(
    ("factor", "method"),
    [
        (1e-16, "minmax"),
        (1e16, "minmax"),
        (1e16, "standard"),
        (1e8, "none"),
        (1e-9, "none"),
        (0, "none"),
    ],
)
def test_scales_that_can_be_computed_with(factor: float, method: Method) -> None:
    scaled(factor, method)


@pytest.mark.parametrize(
    ("factor", "method", "message"),
    [
        (1e20, "minmax", r"series 'a' must be rescaled: .*, got 1\.5e\+20"),
        (1e-20, "minmax", r"series 'a' must be rescaled: .*, got 1\.5e-20"),
        (1e25, "standard", r"series 'a' must be rescaled"),
        (
            1e9,
            "none",
            r"series 'a', 'y' must have scaled values of at most 1e\+09: .* train row",
        ),
        (1e-10, "none", r"series 'a' must have scaled values of at least 1e-09: .*, got 5e-10"),
    ],
)
@pytest.mark.promise("params")
def test_a_scale_that_float32_cannot_hold_is_refused(
    factor: float, method: Method, message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        scaled(factor, method)


@pytest.mark.promise("params")
def test_a_test_row_far_beyond_the_training_rows_is_named() -> None:
    with pytest.raises(StatecastError, match=r"got 4e\+12 in the test row 1"):
        scaled(1, "minmax", test=3e12)


@pytest.mark.parametrize("value", ["1e39", "1e150", "1e300"])
@pytest.mark.promise("params")
def test_a_series_too_large_to_compute_with_is_named_and_not_written(
    project: Project, value: str
) -> None:
    rows = "".join(f"{month},{sales}\n" for month, sales in enumerate(["1", value, "3"], 1))
    project.source(f"month,sales\n{rows}")
    with pytest.raises(StatecastError, match="series 'sales', column 'y' must be rescaled"):
        project.call("download")
    assert not (project.folder / "data" / "series.csv").exists()
