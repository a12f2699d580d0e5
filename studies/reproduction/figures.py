"""The published and the measured figures that the document is made of."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.files import read_frame
from statecast.base.paths import STUDY_TABLES
from statecast.base.section import read_params
from statecast.evaluation.measures import rmse
from statecast.study.conduct import read_study
from studies.reproduction.settings import TODAY, with_settings

STUDIES = Path("studies")
THIRTY_REPEATS = ("table-epochs", "table-batch-size", "table-units", "tables-2017")

KERAS_2 = "keras-2017"
KERAS_1 = "keras-1"
BY_GATE = "by-gate"

VERSIONS = {TODAY: "Keras today", KERAS_2: "Keras 2 of 2017", KERAS_1: "Keras 1"}
VERSIONS_IN_FULL = {
    TODAY: "Keras today",
    KERAS_2: "Keras 2 of 2017: recurrent activation hard_sigmoid",
    KERAS_1: "Keras 1: hard_sigmoid, and each gate drawn by itself",
}
TRIED = {
    **VERSIONS_IN_FULL,
    BY_GATE: "Keras today, each gate drawn by itself as in Keras 1 (train.initialisation by_gate)",
    "cold": "Keras 2 of 2017, test rows from the zero state (evaluate.warm_up false)",
    "carry": "Keras 2 of 2017, one state from row to row at batch size 1 (rebatch.state carry)",
    "reset": "Keras 2 of 2017, the zero state at each forecast (rebatch.state reset)",
    "epsilon": "Keras 2 of 2017, Adam's epsilon 1e-8 as then instead of 1e-7",
    "rows-22": "Keras 2 of 2017, 22 training rows where they fill the batches (sizes 1 and 2)",
}


class Figures(NamedTuple):
    """Published figures, and measured ones with the columns of ``with_settings``."""

    published: pd.DataFrame  # of the tables
    diagnostics: pd.DataFrame  # of the published diagnostics, a row a run
    tables: pd.DataFrame  # 30 repeats
    curves: pd.DataFrame  # 10 repeats, after some epochs
    remarks: pd.DataFrame  # 50 repeats, after some epochs
    persistence: float  # RMSE on the test rows
    repeats: pd.DataFrame  # 300 repeats
    unseen: pd.DataFrame  # 300 repeats
    many: pd.DataFrame  # 3000 repeats


def read_figures() -> Figures:
    """Return the published figures and what the studies measured.

    Raises:
        StatecastError: a file is missing, or a study file says something wrong.

    """
    thirty = [_measured(name) for name in THIRTY_REPEATS]
    return Figures(
        published=read_frame(STUDIES / "published-tables.csv"),
        diagnostics=read_frame(STUDIES / "published-diagnostics.csv"),
        tables=pd.concat(thirty, ignore_index=True),
        curves=_measured("diagnostics", "diagnostics-curves"),
        remarks=_measured("remarks", "remarks-curves"),
        persistence=_persistence(),
        repeats=_measured("repeats-300"),
        unseen=_measured("unseen"),
        many=_measured("repeats-3000"),
    )


def of_variant(frame: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Return the rows of a variant."""
    return frame[frame["variant"] == variant]


def _persistence() -> float:
    """Return the RMSE of the value before, on the test rows of the published studies."""
    y = read_frame(STUDIES / "shampoo-34.csv")["sales"].to_numpy(np.float64)
    rows = read_params()["frame"]["test_size"]
    return float(rmse(y[-rows - 1 : -1], y[-rows:]))


def _measured(name: str, table: str = "") -> pd.DataFrame:
    """Return the errors of a study; ``table`` is the name of their file where it has another."""
    errors = read_frame(STUDY_TABLES / f"{table or name}.csv")
    study = read_study(STUDIES / f"{name}.yaml")
    return with_settings(errors, study, read_params())
