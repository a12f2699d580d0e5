"""The narrow table of experiments. Oracle: what dvc exp show --csv prints, written down."""

import io

import pandas as pd

from statecast.commands.show import table

HEAD = "Experiment,rev,typ,Created,metrics/evaluate.json:rmse.mean,rmse.std,validation.rmse.mean,"
SHOWN = f"""{HEAD}params.yaml:train.epochs,data/weights.npz
,workspace,baseline,,95.317429,8.4329,90,1000,99f4
,main,baseline,2026-11-22T07:51:36,95.317429,8.4329,90,1000,99f4
longer,e5b72cf,branch_commit,2026-11-22T07:56:01,101.9,10.2,88.12345,2000,0e24
"""


def test_table_has_changed_params_and_figures_the_best_by_validation_first() -> None:
    found = table(pd.read_csv(io.StringIO(SHOWN), dtype=str))
    assert found.columns.tolist() == ["experiment", "epochs", "validation", "rmse", "std"]
    assert found["experiment"].tolist() == ["longer", "main"]
    assert found["validation"].tolist() == [88.123, 90]
    assert found["epochs"].tolist() == ["2000", "1000"]


def test_without_validation_rows_experiments_stay_in_their_order() -> None:
    shown = pd.read_csv(io.StringIO(SHOWN), dtype=str).drop(columns="validation.rmse.mean")
    assert table(shown)["experiment"].tolist() == ["main", "longer"]
