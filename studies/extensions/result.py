"""What is measured of a configuration, and its JSON. Shape letters: R repeats, E shown epochs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

DIGITS = 6  # significant ones; the others may differ between kinds of CPU


@dataclass(frozen=True)
class MeanCurves:
    """How fast the repeats learn.

    Errors are on the original scale, forecast from the zero state, as in every curve.
    """

    halfway: list[int | None]  # epoch [R] at which a repeat is half trained; None: never
    epochs: list[int]  # [E]
    train: list[float]  # mean RMSE of the repeats [E], training rows
    test: list[float]  # the same of the test rows


@dataclass(frozen=True)
class ExtensionResult:
    """What was measured of a configuration."""

    rmse: list[float]  # of the repeats [R], test rows
    ensemble: float  # RMSE of the mean forecast of the repeats
    baselines: dict[str, float]  # RMSE by name
    weights: int  # of one network
    flatness: list[float]  # [R], of the forecasts
    flatness_of_steps: list[float]  # [R], of the forecast steps from the value before
    best_epoch: list[int]  # [R], with the lowest test RMSE
    curves: MeanCurves

    def as_json(self) -> dict[str, Any]:
        """Return plain values, numbers rounded."""
        content: dict[str, Any] = _rounded(asdict(self))
        return content


Results = dict[str, ExtensionResult]  # by the name of the configuration; the first is the plain one


class Outcomes(NamedTuple):
    """What came of configurations, by name; the first one has a result."""

    results: Results
    failures: dict[str, str]  # why others have none: what a stage says

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``outcome_from_json`` takes."""
        results = {name: result.as_json() for name, result in self.results.items()}
        return {"results": results, "failures": self.failures}


def outcome_from_json(content: Mapping[str, Any]) -> Outcomes:
    """Return the outcome that ``as_json`` described."""
    results = {name: _result_from_json(result) for name, result in content["results"].items()}
    return Outcomes(results, content["failures"])


def _result_from_json(content: dict[str, Any]) -> ExtensionResult:
    return ExtensionResult(**{**content, "curves": MeanCurves(**content["curves"])})


def _rounded(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_rounded(value) for value in content]
    return float(f"{content:.{DIGITS}g}") if isinstance(content, float) else content
