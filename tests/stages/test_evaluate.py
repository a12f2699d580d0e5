"""What the log of evaluate prints. Oracles: the curve of the training, and forecasts by hand."""

import logging
import re

import pandas as pd
import pytest

from stages.evaluate import log_first_repeat
from statecast.evaluation.evaluate import Evaluation
from tests.support.project import Project

PRINTED = re.compile(r"^(\d+)\) TrainRMSE=([\d.]+), TestRMSE=([\d.]+)$")


def test_the_errors_of_each_repeat_are_printed_as_published(
    finished_project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    finished_project.call("evaluate")
    found = [PRINTED.match(record.message) for record in caplog.records]
    printed = [[float(number) for number in line.groups()] for line in found if line]
    curve = finished_project.table("plots/history.csv").groupby("seed").last()
    test = finished_project.table("plots/rmse.csv")["rmse"]
    assert [number for number, _, _ in printed] == [0, 1]
    assert [rmse for _, rmse, _ in printed] == pytest.approx(list(curve["train_rmse"]), rel=1e-5)
    assert [rmse for _, _, rmse in printed] == pytest.approx(list(test), abs=1e-5)


def test_rounded_forecasts_of_the_first_repeat_are_printed_as_published(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    forecasts = pd.DataFrame({"y": [0.1, 0.2], "forecast": [0.06, 0.27]})
    nothing = pd.DataFrame()
    log_first_repeat(Evaluation({}, nothing, forecasts, nothing, nothing, nothing), 1)
    lines = [record.message for record in caplog.records]
    assert lines == [">Expected=0.1, Predicted=0.1", ">Expected=0.2, Predicted=0.3"]
