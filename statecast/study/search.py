"""A search by Optuna: trials are asked for and trained a block at a time, and judged by the validation RMSE."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from statecast.study.combination import validation_rmse
from statecast.study.configurations import Configuration, configuration
from statecast.study.file import Optuna, Range, Study
from statecast.study.session import Outcome

RunBlock = Callable[[Sequence[Configuration]], list[Outcome]]
STARTUP = 5  # trials before any is pruned


def open_search(section: Optuna, name: str, default: Path) -> optuna.Study:
    """Return a new search, or the one that the storage holds under this name."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = Path(section.storage) if section.storage else default
    path.parent.mkdir(parents=True, exist_ok=True)
    search = optuna.create_study(storage=_storage(path), study_name=name, load_if_exists=True)
    for trial in search.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
        search.tell(trial.number, state=TrialState.FAIL)  # of a search that was killed
    done = len(search.trials)
    search.sampler = optuna.samplers.TPESampler(seed=section.seed + done, constant_liar=True)
    search.pruner = optuna.pruners.MedianPruner(n_startup_trials=STARTUP)
    return search


def search_on(search: optuna.Study, study: Study, section: Optuna, run: RunBlock, run_short: RunBlock | None) -> None:
    """Run trials until the search has as many as it asks for; ``run_short`` runs few repeats, to prune by."""
    while (left := section.trials - len(finished(search))) > 0:
        spaces = {key: distribution(values) for key, values in section.ranges.items()}
        asked = {}
        for _ in range(min(left, section.block)):
            trial = search.ask(spaces)
            asked[trial] = configuration(study, overrides_of(trial.params, section.ranges))
            trial.set_user_attr("name", asked[trial].name)
            trial.set_user_attr("overrides", asked[trial].overrides)
        if run_short is not None:
            asked = _not_pruned(search, asked, run_short)
        outcomes = {outcome.configuration.name: outcome for outcome in run(list(asked.values()))}
        for trial, one in asked.items():
            _tell(search, trial, outcomes[one.name])
        if all(outcome.error for outcome in outcomes.values()) and asked:
            return  # what all trials fail by, the next ones would too


def finished(search: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that need not be run again."""
    return search.get_trials(deepcopy=False, states=[TrialState.COMPLETE, TrialState.PRUNED])


def best_trials(search: optuna.Study, number: int) -> list[Configuration]:
    """Return the configurations of the trials with the lowest validation RMSE, each once."""
    complete = search.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
    names: dict[str, Configuration] = {}
    for trial in sorted(complete, key=lambda trial: trial.value or 0.0):
        name = trial.user_attrs["name"]
        names.setdefault(name, Configuration(name, trial.user_attrs["overrides"]))
    return list(names.values())[:number]


def distribution(values: Range) -> BaseDistribution:
    """Return Optuna's name for a range; a choice may be a list, so choices are told by their JSON."""
    if values.choices is not None:
        return CategoricalDistribution([json.dumps(choice) for choice in values.choices])
    low, high = values.low or 0.0, values.high or 0.0
    if values.integer:
        return IntDistribution(int(low), int(high), log=values.log)
    return FloatDistribution(low, high, log=values.log)


def overrides_of(params: dict[str, Any], ranges: dict[str, Range]) -> dict[str, Any]:
    """Return values for params.yaml; numbers have 4 significant digits."""
    return {key: _value(value, ranges[key]) for key, value in params.items()}


def _value(value: Any, values: Range) -> Any:
    if values.choices is not None:
        return json.loads(value)
    return value if values.integer else float(f"{value:.4g}")


def _storage(path: Path) -> BaseStorage:
    if path.suffix == ".journal":
        return JournalStorage(JournalFileBackend(os.fspath(path)))
    return RDBStorage(f"sqlite:///{path}")


def _not_pruned(
    search: optuna.Study, asked: dict[Trial, Configuration], run_short: RunBlock
) -> dict[Trial, Configuration]:
    short = {outcome.configuration.name: outcome for outcome in run_short(list(asked.values()))}
    kept = {}
    for trial, one in asked.items():
        if not short[one.name].error:
            trial.report(validation_rmse(short[one.name].metrics), step=1)
        if trial.should_prune():
            search.tell(trial, state=TrialState.PRUNED)
        else:
            kept[trial] = one
    return kept


def _tell(search: optuna.Study, trial: Trial, outcome: Outcome) -> None:
    if outcome.error:
        search.tell(trial, state=TrialState.FAIL)
    else:
        search.tell(trial, validation_rmse(outcome.metrics))
