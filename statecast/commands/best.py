"""Forecast one series as well as it can be done: one file in, no other question asked."""

import argparse
import logging
import shlex
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from statecast.base.errors import StatecastError, require, with_keys
from statecast.base.files import write_frame, write_json, write_text
from statecast.base.logs import logged_from
from statecast.base.paths import PARAMS, PIPELINE
from statecast.base.section import load, read_params
from statecast.base.writing import require_writable, written_together
from statecast.best.conduct import Best, best_of_study, horizon_of, study_with
from statecast.best.found import FoundSeries, Options, found_in, require_horizon
from statecast.best.progress import OneBar
from statecast.best.registered import register
from statecast.best.tables import beside_methods, members_table, rmse_by_name
from statecast.best.words import coverage, verdict, weighing, what_was_read
from statecast.evaluation.measures import number
from statecast.params.download import DownloadParams
from statecast.report.forecast_page import BestForecast, forecast_parts
from statecast.report.page import page
from statecast.report.plots_page import bundle
from statecast.study.checked import require_right_study
from statecast.study.combined import ahead_table, combined_figures, future_table, unjudged_count
from statecast.study.dvc_internals import params_text
from statecast.study.local import train_here

INTERRUPTED = "the forecast is written before its experiments are made; what was done stays"
STUDY = Path("studies/best.yaml")
KEPT = (".git", ".dvc", "data", "metrics", "plots")
FOLDER = Path("best")  # what is written for each series is in a folder of its own there
OF_THE_COMMAND = {"`source`": "SOURCE", "`horizon`": "--horizon"}  # of the library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument("source", help="a CSV file or its address: data/source/my.csv say")
    parser.add_argument("--value-column", metavar="NAME", help="the series; found if it is one")
    parser.add_argument("--time-column", metavar="NAME", help="its times; found if they are one")
    parser.add_argument("--series", metavar="ID", help="one of several in a long file")
    parser.add_argument("--date-format", metavar="FORM", help="%%d/%%m/%%Y say; found if clear")
    parser.add_argument("--season", type=int, metavar="ROWS", help="found: 12 months, 7 days ...")
    parser.add_argument("--seed", type=int, default=0, help="another makes other draws (0)")
    parser.add_argument("--level", type=float, help="of the interval; else the study's (0.9)")
    parser.add_argument("--horizon", type=int, metavar="ROWS", help="to forecast; else the study's")
    parser.add_argument(
        "--experiments", type=int, default=3, metavar="N", help="of DVC, of the best N (3)"
    )
    parser.add_argument("--study", type=Path, default=STUDY, help=f"what is drawn ({STUDY})")
    parser.add_argument("--folder", type=Path, help=f"what is written ({FOLDER}/NAME)")


def run(given: argparse.Namespace) -> bool:
    """Forecast the series, write what was found, and print it in few words.

    Raises:
        StatecastError: an option is wrong, or the file does not say which column is meant, or it
            has too few rows.

    """
    _require_options(given)
    with logged_from(logging.ERROR, "statecast"):
        options = Options(
            given.value_column, given.time_column, given.season, given.date_format, given.series
        )
        found = _found(given.source, options)
        folder = given.folder or FOLDER / found.name
        require_writable(folder)
        study = study_with(
            {**read_params(given.study), "prefix": f"best-{found.name}"},
            found,
            read_params(),
            seed=given.seed,
            horizon=given.horizon,
            where=str(given.study),
        )
        require_right_study(study, read_params(), str(given.study))
        with _words_of_the_command():
            require_horizon(found, horizon_of(study, read_params()))
        bar = OneBar()
        train = train_here(bar.training)
        with closing(bar), warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="statsforecast")  # of models it then drops
            where = str(given.study)
            with _words_of_the_command():
                best = best_of_study(
                    study, train, bar, season_length=found.season, level=given.level, where=where
                )
            write_best(best, found, folder, _carry_on(folder, [], ""))
            experiments, remark = register(best.chosen[: given.experiments], train, bar)
    write_best(best, found, folder, _carry_on(folder, experiments, remark))
    print(what_was_read(found, best))  # noqa: T201
    print(f"{verdict(best)} {coverage(best)}")  # noqa: T201
    for what, how in [("page", str(folder / "report.html")), *_carry_on(folder, experiments, "")]:
        print(f"{what}: {how}")  # noqa: T201
    if remark:
        print(remark, file=sys.stderr)  # noqa: T201
    return True


def _found(source: str, options: Options) -> FoundSeries:
    with _words_of_the_command():
        return found_in(source, load(DownloadParams), options)


@contextmanager
def _words_of_the_command() -> Iterator[None]:
    """Let an error name what the command takes, and otherwise the key of params.yaml."""
    try:
        yield
    except StatecastError as error:
        message = str(error)
        for argument, said in OF_THE_COMMAND.items():
            message = message.replace(argument, said)
        raise StatecastError(with_keys(message, DownloadParams.keys())) from None


def write_best(
    best: Best, found: FoundSeries, folder: Path, carry_on: list[tuple[str, str]]
) -> None:
    """Write forecast, members, figures, params and page of a series.

    Args:
        best: the forecast.
        found: how the series was read.
        folder: where all goes.
        carry_on: what to do next, and the command.

    """
    future = future_table(best.combined)
    held_out = beside_methods(best)
    ahead = ahead_table(best.combined)
    members = members_table(best)
    params = params_text(PARAMS.read_text(encoding="utf-8"), best.chosen[0].overrides)
    shown = BestForecast(
        verdict=verdict(best),
        coverage=coverage(best),
        read=what_was_read(found, best),
        carry_on=carry_on,
        series=best.series[["unique_id", "ds", "y"]],
        future=future,
        held_out=held_out,
        ahead=ahead,
        members=members,
        time=found.columns.time or "row",
        level=best.combined.level,
        weighing=weighing(best.combined.together.rule),
    )
    title = f"{found.columns.value}: the best forecast"
    text = page(title, forecast_parts(shown), bundle())
    with written_together():
        written = {"forecast": future, "held-out": held_out, "ahead": ahead, "members": members}
        for name, table in written.items():
            write_frame(table, folder / f"{name}.csv")
        write_json(_figures(best, found), folder / "figures.json")
        write_text(params, folder / "params.yaml")
        write_text(text, folder / "report.html")


def _require_options(given: argparse.Namespace) -> None:
    """Check what can be known to be wrong before a minute of training.

    Raises:
        StatecastError: an option is wrong.

    """
    is_level = given.level is None or 0 < given.level < 1
    require(is_level, "--level", "be above 0 and below 1", given.level)
    require(given.experiments >= 0, "--experiments", "be 0 or more", given.experiments)
    require(given.season is None or given.season > 0, "--season", "be 1 or more", given.season)
    is_horizon = given.horizon is None or given.horizon > 0
    require(is_horizon, "--horizon", "be 1 or more", given.horizon)
    folder = given.folder
    is_free = folder is None or not folder.exists() or folder.is_dir()
    require(is_free, "--folder", "be a folder, or free for one", f"a file, {folder}")
    is_pipeline = folder is not None and (folder / PIPELINE).exists()
    must = "be none of a pipeline, whose params.yaml would be lost"
    require(not is_pipeline, "--folder", must, str(folder))
    inside = None if folder is None else _kept_folder(folder)
    must = "be none that Git, DVC or the pipeline keeps for itself"
    require(inside is None, "--folder", must, f"{folder}, within {inside}")


def _kept_folder(folder: Path) -> str | None:
    """Return which of the folders that are not for results a folder is in; None: in none."""
    resolved = folder.resolve()
    return next((own for own in KEPT if resolved.is_relative_to(Path(own).resolve())), None)


def _figures(best: Best, found: FoundSeries) -> dict[str, Any]:
    return {
        "verdict": verdict(best),
        "rmse": {name: number(error) for name, error in rmse_by_name(best).items()},
        "interval": combined_figures(best.combined)["interval"],
        "unjudged": unjudged_count(best.combined),
        "season_length": found.season,
        "rows": len(best.series),
        "configurations": len(best.study.configurations),
        "failed": best.failed,
        "seconds": round(best.seconds, 1),
    }


def _carry_on(folder: Path, experiments: list[str], remark: str) -> list[tuple[str, str]]:
    """Return what to do next, and the command."""
    params = shlex.quote(str(folder / "params.yaml"))
    steps = [("the best network's pipeline", f"cp {params} params.yaml && dvc repro")]
    if experiments:
        names = " or ".join(experiments)
        steps.append(("an experiment of DVC", f"dvc exp apply {experiments[0]} ({names})"))
    if remark:
        steps.append(("experiments of DVC", remark))
    return steps
