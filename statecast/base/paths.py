"""The files of a pipeline, named here and nowhere else. Paths are below the folder of dvc.yaml."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from statecast.base.errors import require, shown

PARAMS = Path("params.yaml")
PIPELINE = Path("dvc.yaml")
LOCK = Path("dvc.lock")

SOURCES = Path("data/source")  # files that a user puts in
GENERATED = Path("data/generated.csv")  # sequences of symbols that the stage generate wrote

SERIES = Path("data/series.csv")  # unique_id, ds, y and the features, validated
DIFFERENCED = Path("data/differenced.csv")  # the same, transformed and differenced
INVERSE = Path("data/difference.json")  # what undoes the transform and the differences

FRAMED = Path("data/framed")  # train.csv, validation.csv, test.csv and inputs.json
SCALED = Path("data/scaled")  # the same rows scaled, and scaler.json
BASELINES = Path("data/baselines.csv")  # forecasts without a network

TRAINED = Path("data/trained")  # weights, curves and how the networks were trained
TIMES = Path("data/times.json")  # measured seconds of the last training; no output of a stage
HISTORY = Path("plots/history.csv")  # curves of training, thinned for a plot

MODEL = Path("data/model")  # all that is needed to forecast
EXPORTED = Path("data/exported")  # networks for plain Keras
SERVICE = Path("data/service")  # journal and states of the service; no output of a stage

METRICS = Path("metrics/evaluate.json")  # the few figures that people sort by
SCORES = Path("data/scores.json")  # all figures
RMSE = Path("plots/rmse.csv")  # of each repeat
ALL_FORECASTS = Path("data/forecasts.parquet")  # of each repeat, validation and test row
FORECASTS = Path("plots/forecasts.csv")  # of each repeat and test row
BY_SERIES = Path("plots/by_series.csv")
INTERVALS = Path("plots/intervals.csv")
AHEAD = Path("plots/ahead.csv")  # RMSE at each step ahead
SERIES_PLOT = Path("plots/series.csv")
BASELINES_PLOT = Path("plots/baselines.csv")
FUTURE = Path("data/future.csv")  # what comes after the end of each series
FUTURE_PLOT = Path("plots/future.csv")

ACCURACY = Path("plots/accuracy.csv")  # of each repeat, for symbols
PREDICTIONS = Path("plots/predictions.csv")
MEMORY = Path("plots/memory.csv")  # gate and carry of one repeat along a sequence
NEXT = Path("plots/next.csv")  # how each network goes on by itself

VARIANTS = Path("metrics/variants.json")
VARIANTS_TABLE = Path("plots/variants.csv")

STUDY_METRICS = Path("metrics/studies")
STUDY_TABLES = Path("studies/results")
REPORT = Path("report.html")
CARD = Path("docs/model-card.md")
TEMPLATES = Path(".dvc/plots")

LONGEST = 60  # characters of a text that its file name shows
DIGITS = 16  # of a digest in a file name: 64 bits
PLAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # which Windows keeps for itself


def file_name(text: str) -> str:
    """Return a file name for a text that data chooses: the ``unique_id`` of a series, say.

    It is one part of a path, of 77 ASCII characters at the most, and never hidden. A short text of
    lower-case letters, digits, underscores, hyphens and inner dots is its own name. Another text is
    percent-encoded and cut, and a digest after a ``~`` keeps its name apart from all others: on a
    file system that takes upper and lower case for the same, too.
    """
    is_plain = PLAIN.fullmatch(text) and not DEVICES.fullmatch(text) and len(text) <= LONGEST
    if is_plain:
        return text
    encoded = text.encode("utf-8", errors="surrogatepass")
    shown = quote(encoded, safe="").replace(".", "%2E").replace("~", "%7E")
    digest = hashlib.sha256(encoded).hexdigest()
    return f"{shown[:LONGEST]}~{digest[:DIGITS]}"


def path_of(value: Any, where: str) -> Path:
    """Return the path that a caller of a function gave.

    Args:
        value: text, or a path.
        where: the name of the argument.

    Raises:
        StatecastError: it is neither.

    """
    is_path = isinstance(value, str | os.PathLike) and "\0" not in str(value)
    require(is_path, where, "be a path", shown(value))
    return Path(value)
