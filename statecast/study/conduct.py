"""A whole study: its configurations run, chosen from, and put into tables."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from statecast.base.errors import StatecastError, require
from statecast.base.files import write_frame, write_json
from statecast.base.keys import Nested, require_keys, value_at, with_values
from statecast.base.paths import STUDY_METRICS, STUDY_TABLES
from statecast.base.section import read_params, validated
from statecast.study.checked import require_right_choices
from statecast.study.combination import (
    SIZE,
    best,
    is_on_all_rows,
    refitted,
    require_validation,
)
from statecast.study.combined import (
    combined_figures,
    combined_of,
    future_table,
    held_out_table,
    lines_of,
)
from statecast.study.configurations import Configuration, Overrides, expand, keys_of
from statecast.study.expressions import has_expressions
from statecast.study.facts import SeriesFacts, facts_of, is_of_the_series, names_facts, with_facts
from statecast.study.feasible import with_feasible_draws
from statecast.study.file import Combine, OptunaSearch, Range, StudyFile
from statecast.study.measuring import Measuring, folder_to_measure_in
from statecast.study.members import Chosen, TrainedConfiguration
from statecast.study.results import by_name, described, networks_of, per_seed
from statecast.study.session import Outcome, Session

AnySession = Session | Measuring

IS_EXPERIMENT = ("registered", "kept")  # states of an outcome
SEASON = "series.season_length"
DECIMALS = 3  # of measured errors; they are committed


def read_study(path: Path) -> StudyFile:
    """Return a study file.

    Raises:
        StatecastError: it says something wrong, or names a key that params.yaml does not have.

    """
    return study_of(read_params(path), read_params(), str(path))


def study_of(content: Nested, params: Nested, where: str) -> StudyFile:
    """Return a study of what a study file says.

    Where it names the season or the rows of the series, these are put in, and random draws that
    cannot be run are drawn again.

    Args:
        content: of the file.
        params: all sections.
        where: the file, for the message of an error.

    Raises:
        StatecastError: as ``read_study``.

    """
    facts = _facts_for(content, params, where)
    known = content if facts is None else with_facts(content, facts, where)
    study = validated(StudyFile, known, where)
    require_keys(keys_of(study), params, where)
    if facts is not None:
        require_right_choices(study, _without_expressions(study, content), params, where)
        study = with_feasible_draws(study, params, facts, where)
    if study.combine is not None or study.optuna is not None:
        for overrides in _overrides_to_choose_by(study, where):
            require_validation(params, overrides, where)
    return study


def _without_expressions(study: StudyFile, content: Nested) -> dict[str, Range]:
    """Return the ranges of random draws that are the same for every series."""
    if study.random is None:
        return {}
    written = content["random"]["ranges"]
    ranges = study.random.ranges.items()
    return {key: own for key, own in ranges if not has_expressions(written[key])}


def _facts_for(content: Nested, params: Nested, where: str) -> SeriesFacts | None:
    """Return the facts of the series that a study is of; None: it names none of them."""
    if not names_facts(content):
        return None
    given = content.get("overrides")
    overrides = given if isinstance(given, dict) else {}
    of_series = {key: value for key, value in overrides.items() if is_of_the_series(str(key))}
    require_keys(of_series, params, where)
    return facts_of(with_values(params, of_series))


def conduct_study(study: StudyFile, where: str, session: AnySession) -> list[Outcome]:
    """Run a study and write its tables; return what became of every configuration.

    Args:
        study: what is run.
        where: its file, for the message of an error.
        session: what every configuration runs with.

    Raises:
        StatecastError: the configurations cannot be told apart, or not all could be combined.

    """
    extra: dict[str, Any] = {}
    if study.optuna is not None:
        outcomes = _search(study, study.optuna, session, extra)
    else:
        configurations = expand(study, where)
        outcomes = run_block(configurations, session)
        places = {chosen.name: place for place, chosen in enumerate(configurations)}
        outcomes.sort(key=lambda outcome: places[outcome.configuration.name])
    done = [outcome for outcome in outcomes if not outcome.error and _is_final(outcome, session)]
    if study.combine is not None:
        try:
            outcomes = outcomes + _combine(study, study.combine, done, session, extra)
        except StatecastError:
            _write_tables(study, done, session, extra)  # what was measured is not measured again
            raise
    _write_tables(study, done, session, extra)
    return outcomes


def run_block(
    configurations: Sequence[Configuration],
    session: AnySession,
    *,
    register: bool = True,
    quietly: bool = False,
) -> list[Outcome]:
    """Run configurations.

    Args:
        configurations: what is run.
        session: what every configuration runs with.
        register: whether each becomes an experiment.
        quietly: without a progress bar, and without a word of what failed as it fails.

    """
    outcomes = []
    count = len(configurations)
    is_hidden = quietly or not sys.stderr.isatty()
    with tqdm(total=count, unit="configuration", disable=is_hidden, leave=False) as bar:
        for outcome in session.run(configurations, register=register):
            outcomes.append(outcome)
            bar.update()
            if outcome.error and not quietly:
                line = f"error: {outcome.configuration.name}: {outcome.error}"
                bar.write(line, file=sys.stderr)
    return outcomes


def _overrides_to_choose_by(study: StudyFile, where: str) -> list[Overrides]:
    """Return the overrides of each configuration; of a search, those that set validation rows."""
    if study.optuna is None:
        return [configuration.overrides for configuration in expand(study, where)]
    if SIZE not in study.optuna.ranges:
        return [study.overrides]
    sizes = study.optuna.ranges[SIZE]
    return [{**study.overrides, SIZE: size} for size in sizes.choices or [sizes.low]]


def _write_tables(
    study: StudyFile, done: Sequence[Outcome], session: AnySession, extra: dict[str, Any]
) -> None:
    """Write what was found, and print a summary of it; earlier tables stay where all failed."""
    if not done:
        return
    frame = per_seed(done, session.experiments)
    table = STUDY_TABLES / f"{study.name}.csv"
    if isinstance(session, Measuring):
        write_frame(frame.round(DECIMALS), table)
        _write_curves(study, done, session)
    else:
        write_frame(frame, table)
    if session.registers or extra:
        head = session.experiments.head
        content = {"study": study.name, "baseline": head, **extra, "configurations": by_name(done)}
        write_json(content, STUDY_METRICS / f"{study.name}.json")
    print(described(frame).to_string(float_format="{:.3f}".format))  # noqa: T201
    if "combined" in extra:
        print("\n".join(lines_of(extra["combined"])))  # noqa: T201


def _write_curves(study: StudyFile, done: Sequence[Outcome], session: Measuring) -> None:
    """Write the learning curves of measured configurations, if they are wanted."""
    if not study.curves:
        return
    of_each = [session.experiments.curves[outcome.configuration.name] for outcome in done]
    curves = pd.concat(of_each)
    columns = ["configuration", *curves.columns.drop("configuration")]
    write_frame(curves[columns].round(DECIMALS), STUDY_TABLES / f"{study.name}-curves.csv")


def _is_final(outcome: Outcome, session: AnySession) -> bool:
    """Return whether an outcome is all that a study wants of its configuration."""
    return not session.registers or outcome.state in IS_EXPERIMENT


def _search(
    study: StudyFile, section: OptunaSearch, session: AnySession, extra: dict[str, Any]
) -> list[Outcome]:
    """Run a search; put its trials into ``extra``."""
    from statecast.study.search import (
        best_trials,
        finished,
        name_of_search,
        open_search,
        search_on,
    )

    is_kept = section.register_ is None
    outcomes: dict[str, Outcome] = {}

    def run(block: Sequence[Configuration]) -> list[Outcome]:
        new = run_block(list(_by_name(block).values()), session, register=is_kept)
        for outcome in new:
            outcomes.setdefault(outcome.configuration.name, outcome)
        return new

    def run_short(block: Sequence[Configuration]) -> list[Outcome]:
        return _run_with_repeats(block, session, section.pruning_repeats or 1)

    experiments = session.experiments
    default = experiments.studies / f"{study.name}.db"
    search = open_search(section, name_of_search(study, section, experiments.head), default)
    search_on(search, study, section, run, run_short if section.pruning_repeats else None)
    extra["trials"] = [
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            "validation_rmse": trial.value,
            "name": trial.user_attrs.get("name"),
            "overrides": trial.user_attrs.get("overrides"),
        }
        for trial in search.get_trials(deepcopy=False)
    ]
    limit = section.register_.best if section.register_ else len(finished(search))
    return _registered(best_trials(search, limit), outcomes, session)


def _registered(
    chosen: Sequence[Configuration], outcomes: Mapping[str, Outcome], session: AnySession
) -> list[Outcome]:
    """Return the outcomes of trials that become experiments, the best first, and what failed.

    Args:
        chosen: the trials, the best first.
        outcomes: by name, of the trials that were run now.
        session: what every configuration runs with.

    """
    is_done = {name for name, outcome in outcomes.items() if _is_final(outcome, session)}
    missing = run_block([trial for trial in chosen if trial.name not in is_done], session)
    by_name = {**outcomes, **{outcome.configuration.name: outcome for outcome in missing}}
    names = [trial.name for trial in chosen]
    failed = [outcome for name, outcome in outcomes.items() if outcome.error and name not in names]
    return [*(by_name[name] for name in names), *failed]


def _by_name(block: Sequence[Configuration]) -> dict[str, Configuration]:
    return {configuration.name: configuration for configuration in block}


def _run_with_repeats(
    block: Sequence[Configuration], session: AnySession, repeats: int
) -> list[Outcome]:
    """Run configurations with another number of repeats, unregistered.

    The outcomes are those of the configurations as they were given.
    """
    given: dict[str, Configuration] = {}
    short: list[Configuration] = []
    for configuration in block:
        name = f"{configuration.name}-short"
        if name not in given:
            given[name] = configuration
            overrides = {**configuration.overrides, "train.repeats": repeats}
            short.append(Configuration(name, overrides))
    outcomes = run_block(short, session, register=False)
    return [
        outcome._replace(configuration=given[outcome.configuration.name]) for outcome in outcomes
    ]


def _combine(
    study: StudyFile,
    section: Combine,
    done: Sequence[Outcome],
    session: AnySession,
    extra: dict[str, Any],
) -> list[Outcome]:
    """Combine the forecasts of the best configurations and baselines; put figures into ``extra``.

    Those that have not trained on the validation rows yet are refitted first. The baselines are
    fitted on the same rows as the networks, for the validation rows and for the test rows.
    """
    require(bool(done), "combine", "have configurations that did not fail", "none")
    metrics = {outcome.configuration.name: outcome.metrics for outcome in done}
    chosen = best(metrics, section.members)
    configurations = {outcome.configuration.name: outcome.configuration for outcome in done}
    params = session.params
    again = {name: _on_all_rows(configurations[name], params) for name in chosen}
    outcomes = run_block([one for name, one in again.items() if one.name != name], session)
    metrics |= {
        outcome.configuration.name: outcome.metrics for outcome in outcomes if not outcome.error
    }
    refit = [one.name for one in again.values() if one.name in metrics]
    if len(refit) < len(chosen):
        must = f"have all {len(chosen)} configurations refitted"
        raise StatecastError(f"combine must {must}, got {len(refit)}")
    pairs = [(configurations[name], one) for name, one in again.items()]
    season = configurations[chosen[0]].overrides.get(SEASON, value_at(params, SEASON))
    with_networks = _with_networks(pairs, session)
    combined = combined_of(with_networks, section, session.train, season_length=int(season))
    figures = combined_figures(combined)
    figures["best"]["rmse_of_repeats"] = metrics[refit[0]]["rmse"]["mean"]
    extra["combined"] = figures
    write_frame(held_out_table(combined), STUDY_TABLES / f"{study.name}-forecast.csv")
    write_frame(future_table(combined), STUDY_TABLES / f"{study.name}-future.csv")
    return outcomes


def _on_all_rows(configuration: Configuration, params: Nested) -> Configuration:
    """Return a configuration that trains on the validation rows too: itself, or its refit."""
    return configuration if is_on_all_rows(configuration, params) else refitted(configuration)


def _with_networks(
    pairs: Sequence[tuple[Configuration, Configuration]], session: AnySession
) -> list[Chosen]:
    """Return configurations and their trainings on all rows, with the networks that they left."""
    with contextlib.ExitStack() as stack:
        if isinstance(session, Measuring):
            measuring = session
        else:
            # the files that the networks were trained on: those of the user may have changed since
            with contextlib.chdir(session.repro.folder):
                folder = stack.enter_context(folder_to_measure_in())
                measuring = Measuring(session.train, folder, params=session.params)
        chosen = []
        for pair in pairs:
            judged, tested = (_trained(own, measuring, session) for own in pair)
            chosen.append(Chosen(judged, tested))
    return chosen


def _trained(
    configuration: Configuration, measuring: Measuring, session: AnySession
) -> TrainedConfiguration:
    """Return a configuration with its rows, and with the networks of an experiment."""
    ready = measuring.ready(configuration)
    name = configuration.name
    if isinstance(session, Measuring):
        ensemble = session.experiments.ensembles[name]
    else:
        network = ready.job.setting.network
        ensemble = networks_of(name, network, session.experiments, session.repro)
    return TrainedConfiguration(configuration, ready, ensemble)
