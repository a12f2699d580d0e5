"""A search by Optuna: trials are trained a block at a time and judged by the validation RMSE."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from statecast.base.errors import StatecastError, one_line
from statecast.study.combination import validation_rmse
from statecast.study.configurations import DIGITS, Configuration, configuration
from statecast.study.file import OptunaSearch, Range, StudyFile
from statecast.study.session import ERROR_LENGTH, Outcome

RunBlock = Callable[[Sequence[Configuration]], list[Outcome]]
Asked = dict[Trial, Configuration]

STARTUP = 5  # trials before any is pruned
DIGITS_OF_A_NAME = 12  # of a commit and of a digest


def name_of_search(study: StudyFile, section: OptunaSearch, head: str) -> str:
    """Return the name of a search: trials that a changed study file would not make are not its own.

    Args:
        study: every trial has its overrides.
        section: of the study file.
        head: the commit, or a digest of the params, that the trials are of.

    """
    content = study.model_dump(include={"prefix", "repeats", "overrides"})
    content["ranges"] = {key: values.model_dump() for key, values in section.ranges.items()}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{study.name}-{head[:DIGITS_OF_A_NAME]}-{digest[:DIGITS_OF_A_NAME]}"


def open_search(section: OptunaSearch, name: str, default: Path) -> optuna.Study:
    """Return a new search, or the one that the storage holds under this name.

    Args:
        section: of the study file.
        name: of the search.
        default: the storage, if the section names none.

    Raises:
        StatecastError: the storage cannot be opened.

    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = Path(section.storage) if section.storage else default
    try:
        search = _opened(path, name)
    except Exception as error:  # noqa: BLE001 (what a damaged file raises depends on its kind)
        said = one_line(error)[:ERROR_LENGTH]
        must = f"be a file that Optuna can use, got {path}: {said}"
        raise StatecastError(f"optuna.storage must {must}") from None
    for trial in search.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
        search.tell(trial.number, state=TrialState.FAIL)  # the search was killed
    done = len(search.trials)
    search.sampler = optuna.samplers.TPESampler(seed=section.seed + done, constant_liar=True)
    search.pruner = optuna.pruners.MedianPruner(n_startup_trials=STARTUP)
    return search


def search_on(
    search: optuna.Study,
    study: StudyFile,
    section: OptunaSearch,
    run: RunBlock,
    run_short: RunBlock | None,
) -> None:
    """Run trials until the search has as many as it asks for.

    Args:
        search: from ``open_search``.
        study: every trial has its overrides.
        section: of the study file.
        run: runs the configurations of trials.
        run_short: runs few repeats of them, to prune by; None: nothing is pruned.

    """
    while (left := section.trials - len(finished(search))) > 0:
        asked = _ask(search, study, section, min(left, section.block))
        if run_short is not None:
            asked = _not_pruned(search, asked, run_short)
        outcomes = _by_name(run(list(asked.values())))
        for trial, chosen in asked.items():
            _tell(search, trial, outcomes[chosen.name])
        all_failed = all(outcome.error for outcome in outcomes.values())
        if asked and all_failed:
            return  # the next trials would fail too


def finished(search: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that need not be run again."""
    return search.get_trials(deepcopy=False, states=[TrialState.COMPLETE, TrialState.PRUNED])


def best_trials(search: optuna.Study, number: int) -> list[Configuration]:
    """Return the configurations of the trials with the lowest validation RMSE, each once."""
    complete = search.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
    by_name: dict[str, Configuration] = {}
    for trial in sorted(complete, key=lambda trial: trial.value or 0.0):
        name = trial.user_attrs["name"]
        by_name.setdefault(name, Configuration(name, trial.user_attrs["overrides"]))
    return list(by_name.values())[:number]


def distribution(values: Range) -> BaseDistribution:
    """Return a range as Optuna has it.

    A choice may be a list, which Optuna does not keep, so choices become JSON.
    """
    if values.choices is not None:
        return CategoricalDistribution([json.dumps(choice) for choice in values.choices])
    low = values.low or 0.0
    high = values.high or 0.0
    if values.integer:
        return IntDistribution(int(low), int(high), log=values.log)
    return FloatDistribution(low, high, log=values.log)


def overrides_of(params: Mapping[str, Any], ranges: Mapping[str, Range]) -> dict[str, Any]:
    """Return values for params.yaml from those of a trial."""
    overrides = {}
    for key, value in params.items():
        overrides[key] = _from_trial(value, ranges[key])
    return overrides


def _from_trial(value: Any, values: Range) -> Any:
    """Return a value of a range from what Optuna made of it; see ``distribution``."""
    if values.choices is not None:
        return json.loads(value)
    if values.integer:
        return value
    return float(f"{value:.{DIGITS}g}")


def _opened(path: Path, name: str) -> optuna.Study:
    if path.is_dir():
        raise IsADirectoryError("it is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    return optuna.create_study(storage=_storage(path), study_name=name, load_if_exists=True)


def _storage(path: Path) -> BaseStorage:
    if path.suffix == ".journal":
        return JournalStorage(JournalFileBackend(os.fspath(path)))
    return RDBStorage(f"sqlite:///{path}")


def _ask(search: optuna.Study, study: StudyFile, section: OptunaSearch, number: int) -> Asked:
    spaces = {key: distribution(values) for key, values in section.ranges.items()}
    asked: Asked = {}
    for _ in range(number):
        trial = search.ask(spaces)
        chosen = configuration(study, overrides_of(trial.params, section.ranges))
        trial.set_user_attr("name", chosen.name)
        trial.set_user_attr("overrides", chosen.overrides)
        asked[trial] = chosen
    return asked


def _not_pruned(search: optuna.Study, asked: Asked, run_short: RunBlock) -> Asked:
    """Return the trials that few repeats do not show to be worse than the median."""
    outcomes = _by_name(run_short(list(asked.values())))
    kept: Asked = {}
    for trial, chosen in asked.items():
        outcome = outcomes[chosen.name]
        if not outcome.error:
            trial.report(validation_rmse(outcome.metrics), step=1)
        if trial.should_prune():
            search.tell(trial, state=TrialState.PRUNED)
        else:
            kept[trial] = chosen
    return kept


def _by_name(outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
    return {outcome.configuration.name: outcome for outcome in outcomes}


def _tell(search: optuna.Study, trial: Trial, outcome: Outcome) -> None:
    if outcome.error:
        search.tell(trial, state=TrialState.FAIL)
    else:
        search.tell(trial, validation_rmse(outcome.metrics))
