"""A whole study: its configurations run, chosen from, and put into tables."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from statecast.base.errors import StatecastError, require
from statecast.base.files import write_frame, write_json
from statecast.params.section import read_params, validated
from statecast.study.combination import SIZE, best, check_validation, refitted
from statecast.study.configurations import Configuration, check_keys, expand, keys_of
from statecast.study.file import Best, Optuna, Study
from statecast.study.results import by_name, combination, described, per_seed
from statecast.study.session import Outcome, Session, Train, run_configurations

METRICS, PLOTS = Path("metrics/studies"), Path("plots/studies")
DECIMALS = 3  # of measured errors; they are committed


def read_study(path: Path) -> Study:
    """Return a study file, each key of which params.yaml must have."""
    study = validated(Study, read_params(path), str(path))
    params = read_params(Path("params.yaml"))
    check_keys(keys_of(study), params, str(path))
    if study.combine is not None or study.optuna is not None:
        spaces = study.optuna.ranges if study.optuna is not None else {}
        lowest = {SIZE: min(spaces[SIZE].choices or [spaces[SIZE].low])} if SIZE in spaces else {}
        chosen = [study.overrides | lowest] if study.optuna else [one.overrides for one in expand(study, str(path))]
        for overrides in chosen:
            check_validation(params, overrides, str(path))
    return study


def run_study(study: Study, where: str, session: Session) -> list[Outcome]:
    """Run a study and write its tables; return what became of every configuration."""
    extra: dict[str, Any] = {}
    if study.optuna is not None:
        outcomes = _search(study, study.optuna, session, extra)
    else:
        configurations = expand(study, where)
        outcomes = run_block(configurations, session)
        outcomes.sort(key=lambda one: configurations.index(one.configuration))
    done = [one for one in outcomes if not one.error and one.state != "measured"]
    if study.combine is not None:
        outcomes = outcomes + _combine(study, done, session, extra)
    frame = per_seed(done, session.experiments)
    write_frame(frame, PLOTS / f"{study.name}.csv")
    content = {"study": study.name, "baseline": session.experiments.repository.head, **extra}
    write_json({**content, "configurations": by_name(done)}, METRICS / f"{study.name}.json")
    if done:
        print(described(frame).to_string(float_format="{:.3f}".format))  # noqa: T201
    for name, value in extra.get("combined", {}).items():
        print(f"combined {name}: {value}")  # noqa: T201
    return outcomes


def measure_study(study: Study, where: str, train: Train) -> int:
    """Measure a study that is not registered and write its tables; return how many configurations it has."""
    from statecast.study.measuring import measure

    configurations = expand(study, where)
    found = measure(configurations, train, curves=study.curves)
    write_frame(found.errors.round(DECIMALS), PLOTS / f"{study.name}.csv")
    if study.curves:
        frame = found.curves[["configuration", *found.curves.columns.drop("configuration")]]
        write_frame(frame.round(DECIMALS), PLOTS / f"{study.name}-curves.csv")
    print(described(found.errors).to_string(float_format="{:.3f}".format))  # noqa: T201
    return len(configurations)


def run_block(configurations: Sequence[Configuration], session: Session, *, register: bool = True) -> list[Outcome]:
    """Run configurations with a progress bar, and say what failed as it fails."""
    outcomes = []
    with tqdm(total=len(configurations), unit="configuration", disable=not sys.stderr.isatty(), leave=False) as bar:
        for outcome in run_configurations(configurations, session, register=register):
            outcomes.append(outcome)
            bar.update()
            if outcome.error:
                bar.write(f"error: {outcome.configuration.name}: {outcome.error}", file=sys.stderr)
    return outcomes


def _search(study: Study, section: Optuna, session: Session, extra: dict[str, Any]) -> list[Outcome]:
    from statecast.study.search import best_trials, finished, open_search, search_on

    outcomes: dict[str, Outcome] = {}
    every = not isinstance(section.register_, Best)

    def run(block: Sequence[Configuration]) -> list[Outcome]:
        once = list({one.name: one for one in block}.values())
        found = run_block(once, session, register=every)
        outcomes.update({one.configuration.name: one for one in found})
        return found

    def run_short(block: Sequence[Configuration]) -> list[Outcome]:
        repeats = {"train.repeats": section.pruning_repeats}
        fewer = {one.name: Configuration(f"{one.name}-short", one.overrides | repeats) for one in block}
        found = run_block(list(fewer.values()), session, register=False)
        back = {short.name: Configuration(name, short.overrides) for name, short in fewer.items()}
        return [one._replace(configuration=back[one.configuration.name]) for one in found]

    default = session.experiments.repository.top / ".dvc" / "tmp" / "studies" / f"{study.name}.db"
    name = f"{study.name}-{session.experiments.repository.head[:12]}"
    search = open_search(section, name, default)
    search_on(search, study, section, run, run_short if section.pruning_repeats else None)
    extra["trials"] = [
        {"trial": trial.number, "state": trial.state.name.lower(), "validation_rmse": trial.value}
        | {key: trial.user_attrs.get(key) for key in ("name", "overrides")}
        for trial in search.get_trials(deepcopy=False)
    ]
    failed = [one for one in outcomes.values() if one.error]
    limit = section.register_.best if isinstance(section.register_, Best) else len(finished(search))
    return [*run_block(best_trials(search, limit), session), *failed]


def _combine(study: Study, done: Sequence[Outcome], session: Session, extra: dict[str, Any]) -> list[Outcome]:
    require(bool(done), "combine", "have configurations that did not fail", "none")
    chosen = best(by_name(done), study.combine or 1)
    again = {one.configuration.name: refitted(one.configuration) for one in done}
    outcomes = run_block([again[name] for name in chosen], session)
    names = [one.configuration.name for one in outcomes if not one.error]
    if len(names) < len(chosen):
        raise StatecastError(f"combine must have all {len(chosen)} configurations refitted, got {len(names)}")
    metrics = {one.configuration.name: one.metrics for one in outcomes}
    order = [again[name].name for name in chosen]
    forecast, found = combination(order, session.experiments, study.combine_by)
    found["best"] |= {"rmse_of_repeats": metrics[order[0]]["rmse"]["mean"]}
    extra["combined"] = found
    write_frame(forecast, PLOTS / f"{study.name}-forecast.csv")
    return outcomes
