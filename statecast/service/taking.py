"""Let a forecaster observe what a request brings, and add it to the journal."""

from statecast.base.errors import StatecastError, one_line
from statecast.service.forecaster import LiveForecaster
from statecast.service.journal import Answer, Entry, Journal, written_time
from statecast.service.limits import SERIES
from statecast.service.posted import Observation, Posted, Taken
from statecast.service.refusal import UNKNOWN, RefusedError
from statecast.service.stored import answer_of, features_text

Names = dict[str, None]  # of series, in their order


def take(posted: Posted, forecaster: LiveForecaster, names: Names, journal: Journal) -> Taken:
    """Take the observations of a request up to the first that is refused.

    Args:
        posted: the request.
        forecaster: observes them.
        names: of its series; a series that begins is added.
        journal: with an open group.

    """
    answers: list[Answer] = []
    fresh: list[Entry] = []
    for observation in posted.observations:
        try:
            answer, entry = _take_one(posted.unique_id, observation, forecaster, names, journal)
        except RefusedError as refusal:
            return Taken(answers, fresh, refusal)
        answers.append(answer)
        if entry:
            fresh.append(entry)
    return Taken(answers, fresh)


def _take_one(
    unique_id: str,
    observation: Observation,
    forecaster: LiveForecaster,
    names: Names,
    journal: Journal,
) -> tuple[Answer, Entry | None]:
    """Return the answer to an observation, and its entry if it is a new one."""
    ds, y, features = observation
    begins = unique_id not in names
    if begins and len(names) >= SERIES:
        raise RefusedError(f"there must be at most {SERIES} series, got one more")
    known = _known_entry(unique_id, observation, journal)
    try:
        answer = answer_of(forecaster.observe(unique_id, ds, y, features))
    except StatecastError as error:
        if begins:
            raise RefusedError(one_line(error), UNKNOWN) from None
        if known is None:
            raise RefusedError(one_line(error)) from None
        return known.answer, None
    names[unique_id] = None
    taken_ds = written_time(forecaster.last(unique_id)[0])
    entry = journal.add(unique_id, taken_ds, y, features_text(features), answer)
    return answer, entry


def _known_entry(unique_id: str, observation: Observation, journal: Journal) -> Entry | None:
    """Return what the journal has of the time of an observation.

    Raises:
        RefusedError: it was another value.

    """
    entry = journal.find_in_group(unique_id, written_time(observation.ds))
    if entry is None:
        return None
    if entry.y != observation.y or entry.features != features_text(observation.features):
        raise RefusedError(f"{entry.ds} must stay as it was taken, {entry.y!r}, got other values")
    return entry
