"""Mistakes in the params of configurations, said before anything is run."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from statecast.base.errors import StatecastError
from statecast.base.keys import Nested, with_values
from statecast.base.section import Section, each_key_validated, section_of, validated
from statecast.pipeline import read_pipeline
from statecast.study.configurations import (
    DIGITS,
    Configuration,
    configuration,
    describe,
    expand,
)
from statecast.study.file import Range, StudyFile

WITHIN = 0.3  # of the way from the low end of a range: no whole number where a range has others


def require_right_study(study: StudyFile, params: Nested, where: str) -> None:
    """Check every section that the stages read, in all configurations of a study.

    Of a search the choices are checked by themselves.

    Args:
        study: what is run.
        params: all sections, before its overrides.
        where: its file, for the message of an error.

    Raises:
        StatecastError: as ``require_right_configurations``.

    """
    if study.optuna is None:
        require_right_configurations(expand(study, where), params, where)
    else:
        require_right_choices(study, study.optuna.ranges, params, where)


def require_right_choices(
    study: StudyFile, ranges: Mapping[str, Range], params: Nested, where: str
) -> None:
    """Check each choice of ranges, or their ends and a value between them, by itself.

    Args:
        study: what is run.
        ranges: of its search, by dotted keys of params.yaml.
        params: all sections, before its overrides.
        where: its file, for the message of an error.

    Raises:
        StatecastError: as ``require_right_configurations``.

    """
    alone = [
        configuration(study, {key: value}, describe({key: value}))
        for key, values in ranges.items()
        for value in _some(values)
    ]
    _disagreeing(alone, params, where)


def require_right_configurations(
    configurations: Sequence[Configuration], params: Nested, where: str
) -> None:
    """Check every section that the stages of the working directory read.

    Keys that are right but do not agree, ``chrono`` with a GRU say, are an error if they do so in
    every configuration; otherwise those that have them fail, and the others are run.

    Args:
        configurations: what is run.
        params: all sections, before the overrides.
        where: what has the configurations, for the message of an error.

    Raises:
        StatecastError: a key is missing or wrong; the message names configuration and key.

    """
    disagreeing = _disagreeing(configurations, params, where)
    if disagreeing and len(disagreeing) == len(configurations):
        raise disagreeing[0]


def _disagreeing(
    configurations: Sequence[Configuration], params: Nested, where: str
) -> list[StatecastError]:
    """Return an error for each configuration of which keys do not agree.

    Raises:
        StatecastError: a key is missing or wrong by itself.

    """
    sections = _sections()
    known: dict[str, StatecastError | None] = {}  # by content, which configurations share
    errors = []
    for own in configurations:
        changed = with_values(params, own.overrides)
        named = f"{where}: {own.name}"
        of_own = None
        for section in sections:
            content = section_of(section, changed, named)
            text = f"{section.section} {json.dumps(content, default=str)}"
            if text not in known:
                known[text] = _disagreement(section, content, named)
            of_own = of_own or known[text]
        errors += [of_own] if of_own else []
    return errors


def _disagreement(
    section: type[Section], content: dict[str, Any], where: str
) -> StatecastError | None:
    """Return the error of keys that do not agree; None if they do.

    Raises:
        StatecastError: a key is missing or wrong by itself.

    """
    each_key_validated(section, content, where)
    try:
        validated(section, content, where)
    except StatecastError as error:
        return error
    return None


def _sections() -> list[type[Section]]:
    """Return the sections that the stages read, each once."""
    sections: dict[type[Section], None] = {}
    for stage in read_pipeline():
        sections |= dict.fromkeys(stage.sections())
    return list(sections)


def _some(values: Range) -> Sequence[Any]:
    """Return the choices of a range; or its ends, and of fractions one between them."""
    if values.choices is not None:
        return values.choices
    low = values.low or 0.0
    high = values.high or 0.0
    if values.integer:
        return [int(low), int(high)]
    between = low + WITHIN * (high - low)
    return [low, high, float(f"{between:.{DIGITS}g}")]
