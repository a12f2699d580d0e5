"""The numbers of the pictures. Oracle: quartiles by pandas, and the committed tables."""

from pathlib import Path

import pandas as pd
import pytest

from studies.png import KEY, digest, text_of
from studies.reproduction.figures import VERSIONS, Figures, of_variant
from studies.reproduction.pictures import TABLES, five_numbers, pictures
from tests.support.project import ROOT

PICTURES = ROOT / "docs" / "pictures"
COMMITTED = sorted([*PICTURES.glob("table-*.png"), *PICTURES.glob("diagnostic-*.png")])
MOST_BYTES = 2_000_000
QUARTILES = {"min": "min", "25%": "q25", "50%": "median", "75%": "q75", "max": "max"}


def shown_boxes(figures: Figures, table: str) -> pd.DataFrame:
    """Return the boxes of a picture by setting and who measured them."""
    values = pictures(figures)[f"table-{table}"]["data"]["values"]
    return pd.DataFrame(values).set_index(["setting", "who"]).sort_index()


def test_the_pictures_are_those_that_are_committed(figures: Figures):
    assert sorted(pictures(figures)) == [path.stem for path in COMMITTED]


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_picture_is_drawn_from_the_committed_tables(path: Path, figures: Figures):
    expected = digest(pictures(figures)[path.stem])
    assert text_of(path.read_bytes(), KEY) == expected, "python -m studies.reproduction"


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_picture_is_small(path: Path):
    assert path.stat().st_size < MOST_BYTES


def test_another_number_in_a_table_is_another_picture(figures: Figures):
    tables = figures.tables.copy()
    tables["rmse"] *= 1.001
    changed = pictures(figures._replace(tables=tables))
    before = pictures(figures)
    assert digest(changed["table-units"]) != digest(before["table-units"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("table", TABLES)
def test_boxes_are_the_quartiles_by_pandas(table: str, version: str, figures: Figures):
    boxes = shown_boxes(figures, table)
    errors = of_variant(figures.tables, version)
    groups = errors[errors["study"] == table].groupby(table)["rmse"]
    expected = groups.describe().rename(columns=QUARTILES)
    assert len(expected) > 1
    for setting, row in expected.iterrows():
        box = boxes.loc[(str(setting), VERSIONS[version])]
        for name in QUARTILES.values():
            assert box[name] == pytest.approx(row[name])


@pytest.mark.parametrize("table", TABLES)
def test_published_boxes_are_the_published_figures(table: str, figures: Figures):
    boxes = shown_boxes(figures, table)
    published = figures.published[figures.published["study"] == table]
    for row in published.to_dict("records"):
        box = boxes.loc[(str(row[table]), "published")]
        assert box.to_dict() == {name: row[name] for name in QUARTILES.values()}


def test_curves_are_those_of_each_version_and_repeat(figures: Figures):
    values = pd.DataFrame(pictures(figures)["diagnostic-500-4-1"]["data"]["values"])
    assert set(values["variant"]) == set(VERSIONS.values())
    assert set(values.groupby(["variant", "seed"])["epoch"].max()) == {500}
    shown = values[values["variant"] == "Keras today"].reset_index(drop=True)
    measured = figures.curves[figures.curves["configuration"] == "d10-today-500-4-1"]
    for part in ("train_rmse", "test_rmse"):
        # rounded to 2 decimals
        expected = pytest.approx(measured[part].tolist(), abs=0.0051)
        assert shown[part].tolist() == expected


def test_five_numbers_by_hand():
    numbers = five_numbers(pd.Series([5.0, 1.0, 2.0, 4.0, 3.0]).to_numpy())
    assert numbers == {"min": 1, "q25": 2, "median": 3, "q75": 4, "max": 5}
