"""The stage variants: a pipeline under several settings. Oracle: the pipeline run by hand."""

import logging
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from stages.variants import main, variants_of
from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.base.keys import flat, with_values
from statecast.pipeline import read_pipeline, run_stages
from tests.support.project import ROOT

MEMORY = ROOT / "problems" / "memory"
SMALL = {"train.repeats": 2, "train.epochs": 3}
VARIANTS: dict[str, Any] = {"as it is": None, "more units": {"train.units": [3]}}


def small_params() -> dict[str, Any]:
    """Return the params of the memory problem with little to train, without variants."""
    params = yaml.safe_load((MEMORY / "params.yaml").read_text())
    del params["variants"]
    return with_values(params, SMALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the stage has run."""
    folder = tmp_path_factory.mktemp("variants")
    shutil.copy(MEMORY / "dvc.yaml", folder)
    (folder / "params.yaml").write_text(yaml.safe_dump({**small_params(), "variants": VARIANTS}))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        main()
    return folder


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.slow
def test_figures_are_those_of_the_pipeline_by_hand(folder: Path, tmp_path: Path, name: str) -> None:
    params = with_values(small_params(), VARIANTS[name] or {})
    run_stages(read_pipeline(MEMORY / "dvc.yaml"), tmp_path, params)
    figures = read_json(folder / "metrics" / "variants.json")[name]
    assert figures.pop("exact") is read_json(tmp_path / "data/model/parity.json")["exact"]
    assert figures.pop("max_abs_difference") < 1e-6
    assert figures.pop("repeats") == 2
    assert figures == pytest.approx(flat(read_json(tmp_path / "data" / "scores.json")))


def test_table_has_a_row_for_each_repeat_and_variant(folder: Path) -> None:
    table = pd.read_csv(folder / "plots" / "variants.csv")
    assert list(table) == ["seed", "accuracy", "accuracy_last", "variant"]
    assert table["variant"].tolist() == ["as it is"] * 2 + ["more units"] * 2


def test_nothing_else_is_written(folder: Path) -> None:
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {"dvc.yaml", "params.yaml", "metrics/variants.json", "plots/variants.csv"}


@pytest.mark.slow
def test_log_has_a_line_for_each_variant_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shutil.copy(MEMORY / "dvc.yaml", tmp_path)
    params = {**small_params(), "variants": {"as it is": None}}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    monkeypatch.chdir(tmp_path)
    main()
    lines = [record.message for record in caplog.records if record.levelno == logging.INFO]
    assert lines == ["variants: 1 of 1, as it is"]


@pytest.mark.parametrize(
    ("variants", "message"),
    [
        (None, r"^params\.yaml: variants must be a section of names with overrides, got None$"),
        (
            {"a": {"train.unit": 3}},
            r"^params\.yaml: variants: a: train\.unit is not a key .*did you mean train\.units\?$",
        ),
    ],
)
def test_mistake_is_one_line(variants: object, message: str) -> None:
    params = small_params()
    if variants is not None:
        params["variants"] = variants
    with pytest.raises(StatecastError, match=message):
        variants_of(params)
