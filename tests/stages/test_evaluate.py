"""What the log of evaluate prints. Oracles: the curve of the training, and the tables."""

import logging
import re

import pytest

from tests.support.project import Project

EXPECTED = re.compile(r"^>Expected=([-\d.]+), Predicted=([-\d. ]+)$")
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


def test_the_forecasts_of_each_repeat_are_printed_with_one_decimal(
    finished_project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    finished_project.call("evaluate")
    found = [EXPECTED.match(record.message) for record in caplog.records]
    printed = [line.groups() for line in found if line]
    rows = finished_project.table("plots/forecasts.csv").groupby("ds", sort=False)
    assert [y for y, _ in printed] == [f"{y:.1f}" for y in rows["y"].first()]
    for (_, predicted), forecasts in zip(printed, rows["forecast"].agg(list), strict=True):
        assert predicted.split() == [f"{forecast:.1f}" for forecast in forecasts]
