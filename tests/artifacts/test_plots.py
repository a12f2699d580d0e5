"""CSV files behind charts. Oracle: worked by hand."""

from pathlib import Path

import pandas as pd

from statecast.artifacts.plots import write_plot


def test_names_stand_in_the_first_row_alone(tmp_path: Path) -> None:
    frame = pd.DataFrame({"y": [1.5, 2.0]}, index=[7, 7])
    write_plot(frame, tmp_path / "a.csv", unit="sales", level=0.9)
    assert (tmp_path / "a.csv").read_text() == "y,unit,level\n1.5,sales,0.9\n2.0,,\n"


def test_a_table_without_rows_stays_without(tmp_path: Path) -> None:
    write_plot(pd.DataFrame(columns=["y"]), tmp_path / "a.csv", unit="sales")
    assert (tmp_path / "a.csv").read_text() == "y,unit\n"


def test_a_name_that_is_none_has_no_column(tmp_path: Path) -> None:
    write_plot(pd.DataFrame({"y": [1.5]}), tmp_path / "a.csv", unit="sales", drawn=None)
    assert (tmp_path / "a.csv").read_text() == "y,unit\n1.5,sales\n"
