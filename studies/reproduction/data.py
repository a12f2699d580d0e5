"""What the document is made of."""

from typing import NamedTuple

import pandas as pd

from studies.reproduction.comparison import KEYS

TODAY, KERAS_2, KERAS_1, BY_GATE = "today", "keras-2017", "keras-1", "by-gate"
VERSIONS = {TODAY: "Keras today", KERAS_2: "Keras 2 of 2017", KERAS_1: "Keras 1"}
WHAT = {
    TODAY: "Keras today",
    KERAS_2: "Keras 2 of 2017: recurrent activation hard_sigmoid",
    KERAS_1: "Keras 1: hard_sigmoid, and each gate drawn by itself",
}
TRIED = {
    **WHAT,
    BY_GATE: "Keras today, each gate drawn by itself as in Keras 1 (train.initialisation by_gate)",
    "cold": "Keras 2 of 2017, test rows from the zero state (evaluate.warm_up false)",
    "carry": "Keras 2 of 2017, one state from row to row at batch size 1 (rebatch.state carry)",
    "reset": "Keras 2 of 2017, the zero state at each forecast (rebatch.state reset)",
    "epsilon": "Keras 2 of 2017, Adam's epsilon 1e-8 as then instead of 1e-7",
    "rows-22": "Keras 2 of 2017, 22 training rows where they fill the batches (sizes 1 and 2)",
}
BY = ["study", *KEYS]


class Data(NamedTuple):
    """Published figures, and measured ones with the columns of ``with_settings``."""

    published: pd.DataFrame  # of the tables
    diagnostics: pd.DataFrame  # of the published diagnostics, a row a run
    tables: pd.DataFrame  # 30 repeats
    curves: pd.DataFrame  # 10 repeats, after some epochs
    repeats: pd.DataFrame  # 300 repeats
    unseen: pd.DataFrame  # 300 repeats
    many: pd.DataFrame  # 3000 repeats


def of_variant(frame: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Return the rows of a variant."""
    return frame[frame["variant"] == variant]
