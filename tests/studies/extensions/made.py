"""Results whose figures are easy to work by hand."""

from collections.abc import Sequence

from studies.extensions.result import ExtensionResult, MeanCurves


def result(
    rmse: Sequence[float],
    halfway: Sequence[int | None] = (1, 1),
    *,
    steps: Sequence[float] = (1.0,),
    baselines: dict[str, float] | None = None,
    weights: int = 10,
) -> ExtensionResult:
    """Return a result with some RMSE and halfway epochs of its repeats."""
    curves = MeanCurves(halfway=list(halfway), epochs=[1, 2], train=[3.0, 1.0], test=[4.0, 2.0])
    return ExtensionResult(
        rmse=list(rmse),
        ensemble=1.5,
        baselines=baselines or {},
        weights=weights,
        flatness=[1.0] * len(steps),
        flatness_of_steps=list(steps),
        best_epoch=[2] * len(rmse),
        curves=curves,
    )
