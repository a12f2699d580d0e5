"""The published results beside the measured ones. Oracles: scipy on raw values, arithmetic by hand, the files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from statecast.base.errors import StatecastError
from statecast.study.conduct import read_study
from statecast.study.configurations import expand
from studies.reproduction.__main__ import pictures, read_data
from studies.reproduction.claims import CLAIMS, Claim, judge, judge_published, rising_means
from studies.reproduction.comparison import KEYS, compare, how_many_differ, spread_ratio, values_of, with_settings
from studies.reproduction.data import Data
from studies.reproduction.document import document
from studies.reproduction.statistics import (
    Sample,
    equal_spreads,
    holm,
    needed_repeats,
    resampled_spread,
    rise,
    sample_of,
    welch,
)

ROOT = Path(__file__).parents[1]
NOT_A_STUDY = "extensions"  # a file of another command
STUDIES = sorted(path for path in (ROOT / "studies").glob("*.yaml") if path.stem != NOT_A_STUDY)
LOW, HIGH = np.arange(30) * 1.0, np.arange(30) * 1.0 + 100


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Data:
    monkeypatch.chdir(ROOT)
    return read_data()


def test_welch_from_summaries_is_that_of_the_values() -> None:
    draw = np.random.default_rng(0)
    first, second = draw.normal(100, 20, 30), draw.normal(95, 7, 300)
    expected = stats.ttest_ind(first, second, equal_var=False).pvalue
    assert welch(sample_of(first), sample_of(second)) == pytest.approx(expected)


def test_equal_spreads_by_hand() -> None:
    # variance ratio 4 with 2 and 2 degrees of freedom: F(x) = x / (1 + x), so p = 2 (1 - 4 / 5)
    assert equal_spreads(Sample(3, 0, 2), Sample(3, 9, 1)) == pytest.approx(0.4)
    assert equal_spreads(Sample(3, 0, 1), Sample(3, 9, 2)) == pytest.approx(0.4)
    assert equal_spreads(Sample(3, 0, 1), Sample(3, 9, 1)) == 1


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1, 1]


def test_resampled_spread_tells_a_wide_sample_from_one_like_the_others() -> None:
    values = np.random.default_rng(1).normal(100, 10, 300)
    assert resampled_spread(Sample(30, 100, 25), values) < 0.001
    assert resampled_spread(Sample(30, 100, float(values.std())), values) > 0.5


def test_rise_is_spearman_of_the_places() -> None:
    found = rise([[1, 2], [3, 4], [5, 6]])
    assert found.correlation == pytest.approx(stats.spearmanr([0, 0, 1, 1, 2, 2], [1, 2, 3, 4, 5, 6]).statistic)
    assert found.p < 0.01
    assert rise([[5, 6], [3, 4], [1, 2]]).p > 0.99


def test_rising_means_by_hand() -> None:
    # weights -1, 0, 1: slope 2, variance 2 (1 / 4), z = 2 / sqrt(0.5)
    expected = stats.norm.sf(2 / np.sqrt(0.5))
    assert rising_means([Sample(4, 1, 1), Sample(4, 9, 1), Sample(4, 3, 1)]) == pytest.approx(expected)


def test_needed_repeats_give_the_power_of_four_in_five() -> None:
    first, second = Sample(300, 100, 8), Sample(300, 102, 6)
    number = needed_repeats(2, first, second)
    z = 2 / np.sqrt((8**2 + 6**2) / number)
    assert stats.norm.sf(stats.norm.ppf(0.975) - z) == pytest.approx(0.8, abs=0.002)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({1: LOW, 2: HIGH, 3: HIGH}, "holds"),
        ({1: LOW, 2: LOW + 0.1, 3: HIGH}, "not shown"),
        ({1: LOW, 2: LOW - 0.1, 3: HIGH}, "undecided"),
        ({1: HIGH, 2: LOW, 3: HIGH}, "does not hold"),
    ],
)
def test_claimed_best_is_judged_in_a_word(values: dict[int, np.ndarray], word: str) -> None:
    claim = Claim("1 is best", "units", (1, 2, 3), "mean", 1)
    assert judge(claim, values).word == word
    assert judge_published(claim, {key: sample_of(one) for key, one in values.items()}).word == word


def test_tightest_spread_and_rise_are_judged() -> None:
    spread = Claim("1 is tightest", "units", (1, 2), "spread", 1)
    assert judge(spread, {1: LOW, 2: 9 * LOW}).word == "holds"
    assert judge(spread, {1: 9 * LOW, 2: LOW}).word == "does not hold"
    rises = Claim("more is worse", "units", (1, 2), "rise")
    assert judge(rises, {1: LOW, 2: HIGH}).word == "holds"
    assert judge(rises, {1: HIGH, 2: LOW}).word == "does not hold"
    assert judge_published(rises, {1: sample_of(LOW), 2: sample_of(HIGH)}).word == "holds"


def test_comparison_counts_what_differs() -> None:
    settings = {"epochs": [1, 2], "batch_size": [1, 1], "units": [1, 1]}
    published = pd.DataFrame({**settings, "count": 30, "mean": [14.5, 50], "std": [LOW.std(ddof=1), 40]})
    one = {"configuration": "a", "epochs": 1, "batch_size": 1, "units": 1, "rmse": LOW}
    errors = pd.concat([pd.DataFrame(one), pd.DataFrame(one | {"configuration": "b", "epochs": 2})])
    found = compare(published, errors, KEYS)
    counted = how_many_differ(found)
    assert counted == {"p_mean": 1, "p_std": 1, "p_resampled": 1, "holm_mean": 1, "holm_std": 1}
    assert spread_ratio(found) == pytest.approx(np.sqrt(40 / LOW.std(ddof=1)))
    with pytest.raises(StatecastError, match="one configuration"):
        values_of(errors, epochs=3)


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_study_files_are_valid(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    study = read_study(path)
    assert study.optuna or expand(study, str(path))
    assert study.name == path.stem


def test_studies_have_the_published_rows(data: Data) -> None:
    by = ["study", *KEYS]
    for variant in ("today", "keras-2017", "keras-1"):
        own = data.tables[data.tables["variant"] == variant].groupby(by).size()
        assert set(own.index) == set(map(tuple, data.published[by].to_numpy().tolist()))
        assert (own == 30).all()
        last = data.curves[(data.curves["variant"] == variant) & (data.curves["epoch"] == data.curves["epochs"])]
        assert set(last.groupby(KEYS).size().index) == set(map(tuple, data.diagnostics[KEYS].to_numpy().tolist()))
        assert (last.groupby(KEYS).size() == 10).all()
    assert (data.repeats.groupby("configuration").size() == 300).all()
    assert len(data.many) == 3000


def test_settings_come_from_the_study_and_from_params(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    study = read_study(Path("studies/table-units.yaml"))
    errors = pd.DataFrame({"configuration": [one.name for one in expand(study, "s")], "seed": 0, "rmse": 1.0})
    found = with_settings(errors, study, yaml.safe_load(Path("params.yaml").read_text()))
    assert found["units"].tolist() == [1, 2, 3, 4, 5]
    assert set(found["study"]) == {"units"}
    assert set(found["batch_size"]) == {4}


def test_shampoo_34_is_shampoo_without_two_months() -> None:
    whole = (ROOT / "data" / "source" / "shampoo.csv").read_text().splitlines()
    assert (ROOT / "studies" / "shampoo-34.csv").read_text().splitlines() == [whole[0], *whole[3:]]


def test_document_is_that_of_its_tables(data: Data) -> None:
    text = document(data)
    assert text == (ROOT / "docs" / "reproduction.md").read_text(encoding="utf-8")
    assert "nan" not in text
    for claim in CLAIMS:
        assert claim.words in text
    for name in pictures(data):
        assert f"pictures/{name}.png" in text
        assert (ROOT / "docs" / "pictures" / f"{name}.png").is_file()


def test_picture_shows_the_quartiles_of_its_table(data: Data) -> None:
    shown = pictures(data)["table-units"]["data"]["values"]
    own = data.tables[(data.tables["variant"] == "today") & (data.tables["study"] == "units")]
    for units, rows in own.groupby("units"):
        box = next(row for row in shown if row["setting"] == str(units) and row["who"] == "Keras today")
        assert box["median"] == pytest.approx(rows["rmse"].median())
        assert box["max"] == pytest.approx(rows["rmse"].max())
