"""Let a forecaster observe what a request brings, and add it to the journal."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from statecast.base.errors import StatecastError, one_line, shown
from statecast.online.kit import OutOfTurnError
from statecast.service.columns import Features, Row, features_at, observed
from statecast.service.forecaster import LiveForecaster
from statecast.service.journal import Answer, Entry, ExpectedEntry, Journal, Time, written_time
from statecast.service.limits import HORIZON, SERIES
from statecast.service.model import ModelInUse
from statecast.service.posted import Expectation, Observation, Posted, Taken
from statecast.service.refusal import CONFLICT, FULL, INVALID, UNKNOWN, RefusedError
from statecast.service.stored import answer_of, features_text, plain_number

NO_OTHER = (
    "unique_id must be a series of the model, got another one; with train.network all one may begin"
)

Names = dict[str, None]  # of series, in their order


class ComingTimes:
    """The next times of a series, worked out once for the rows of a request."""

    def __init__(self, forecaster: LiveForecaster, unique_id: str) -> None:
        self._forecaster = forecaster
        self._unique_id = unique_id

    @cached_property
    def first(self) -> Time:
        """Return the next time."""
        return written_time(self._forecaster.next_times(self._unique_id, 1)[0])

    @cached_property
    def all(self) -> frozenset[Time]:
        """Return as many as a forecast may have."""
        return frozenset(map(written_time, self._forecaster.next_times(self._unique_id, HORIZON)))

    def is_next(self, ds: Time) -> bool:
        """Return whether a time is the next one.

        Raises:
            RefusedError: it is no time to come, or none of the series.

        """
        try:
            if ds == self.first:
                return True
            is_coming = ds in self.all
        except StatecastError as error:  # the calendar ends
            raise RefusedError(one_line(error)) from None
        if not is_coming:
            must = f"be one of the {HORIZON} times from {self.first} on"
            raise RefusedError(f"ds must {must}, got {shown(ds)}")
        return False


class Taker(NamedTuple):
    """What takes rows: all of one group of the journal, which is open."""

    model: ModelInUse
    names: Names  # of its series; a series that begins is added
    journal: Journal

    @property
    def forecaster(self) -> LiveForecaster:
        """Return what observes."""
        return self.model.forecaster

    def take(self, posted: Posted) -> Taken:
        """Take the rows of a request up to the first that is refused."""
        answers: list[Answer] = []
        fresh: list[Entry | ExpectedEntry] = []
        coming = ComingTimes(self.forecaster, posted.unique_id)
        for row in posted.rows:
            try:
                answer, entry = self._take_one(posted.unique_id, row, coming)
            except RefusedError as refusal:
                return Taken(answers, fresh, refusal)
            answers.append(answer)
            if entry:
                fresh.append(entry)
        return Taken(answers, fresh)

    def _take_one(
        self, unique_id: str, row: Observation | Expectation, coming: ComingTimes
    ) -> tuple[Answer, Entry | ExpectedEntry | None]:
        """Return the answer to a row, and its entry if it is a new one."""
        if isinstance(row, Expectation):
            return self._expect(unique_id, row, coming)
        return self._observe(unique_id, row)

    def _observe(self, unique_id: str, given: Observation) -> tuple[Answer, Entry | None]:
        begins = unique_id not in self.names
        if begins:
            self._require_place()
        known = self._known_entry(unique_id, given)
        try:
            row = self._row_of(unique_id, given, begins=begins)
            answer = answer_of(observed(self.forecaster, row))
        except StatecastError as error:
            if known is None:
                raise _refusal_of(error) from None
            return known.answer, None
        self.names[unique_id] = None
        taken_ds = written_time(self.forecaster.last(unique_id)[0])
        text = features_text(given.features)
        entry = self.journal.add(unique_id, taken_ds, row.y, text, answer)
        if known is not None:
            self.model.left_out.remove(unique_id)
        if given.next:
            self.journal.expect(unique_id, features_text(given.next), answer)
        return answer, entry

    def _require_place(self) -> None:
        """Check that a further series may begin.

        Raises:
            RefusedError: the networks know theirs alone, or there are too many.

        """
        if not self.forecaster.may_begin:
            raise RefusedError(NO_OTHER, UNKNOWN)
        if len(self.names) >= SERIES:
            raise RefusedError(f"there must be at most {SERIES} series, got one more", FULL)

    def _known_entry(self, unique_id: str, given: Observation) -> Entry | None:
        """Return what the journal has of the time of an observation.

        Raises:
            RefusedError: it was another value, or other features.

        """
        entry = self.journal.find_in_group(unique_id, written_time(given.ds))
        if entry is None:
            return None
        is_same = entry.y == given.y and entry.features == features_text(given.features)
        if is_same and given.next is not None:
            ahead = self.journal.expected_in_group(unique_id, entry.answer.ds)
            is_same = ahead is not None and ahead.features == features_text(given.next)
        if not is_same:
            what = f"{entry.ds} must stay as it was taken, {entry.y!r}"
            raise RefusedError(f"{what}, got other values")
        return entry

    def _row_of(self, unique_id: str, given: Observation, *, begins: bool) -> Row:
        """Return an observation with what is known of its time and of the next one.

        Raises:
            StatecastError: a column is not one of the model, or is missing.

        """
        ds = written_time(given.ds)
        features = given.features or {}
        columns = (*self.forecaster.lagged, *self.forecaster.features)
        require_columns("features", features, columns, are_all=False)
        if given.next is not None:
            require_columns("next", given.next, self.forecaster.features)
        if not self.forecaster.features:
            return Row(unique_id, ds, given.y, features, {})
        if begins:
            _require_next(self.forecaster.features, given.next)
            return Row(unique_id, ds, given.y, features, given.next or {})
        here = self._features_here(unique_id, ds, features)
        next_ds, after = map(written_time, self.forecaster.next_times(unique_id, 2))
        if ds == next_ds and self.forecaster.awaits(unique_id):
            _require_here(self.forecaster.features, here, ds)
        ahead = given.next or features_at(self.journal.expected_in_group, unique_id, after)
        if self._is_beginning(unique_id):
            _require_next(self.forecaster.features, ahead)
        return Row(unique_id, ds, given.y, here, ahead)

    def _is_beginning(self, unique_id: str) -> bool:
        """Return whether a series has too few observations for its first forecast."""
        forecast = plain_number(self.forecaster.next_value(unique_id).forecast)
        return forecast is None and not self.forecaster.awaits(unique_id)

    def _features_here(self, unique_id: str, ds: Time, features: Features) -> Features:
        """Return what is known of the columns at a time.

        Raises:
            RefusedError: they are not what was sent before.

        """
        sent = features_at(self.journal.expected_in_group, unique_id, ds)
        for name in sent.keys() & features.keys():
            if sent[name] != features[name]:
                must = f"{name} of {ds} must stay as it was sent, {sent[name]!r}"
                raise RefusedError(f"{must}, got {features[name]!r}")
        return {**sent, **features}

    def _expect(
        self, unique_id: str, given: Expectation, coming: ComingTimes
    ) -> tuple[Answer, ExpectedEntry | None]:
        """Take the features of a time to come; the forecast of the next value is made of them."""
        if unique_id not in self.names:
            raise RefusedError("unique_id must be a known series, got another one", UNKNOWN)
        ds = written_time(given.ds)
        text = features_text(given.features)
        known = self.journal.expected_in_group(unique_id, ds)
        if known and known.features == text:
            return known.answer, None
        require_columns("features", given.features, self.forecaster.features)
        is_next = coming.is_next(ds)
        awaits = self.forecaster.awaits(unique_id)
        if is_next and not awaits:
            must = f"features of {ds} must stay as they are known, the forecast is made of them"
            raise RefusedError(f"{must}, got others")
        try:
            answer = self._expected_answer(unique_id, given, ds, is_used=is_next)
        except StatecastError as error:
            raise _refusal_of(error) from None
        return answer, self.journal.expect(unique_id, text, answer)

    def _expected_answer(
        self, unique_id: str, given: Expectation, ds: Time, *, is_used: bool
    ) -> Answer:
        if is_used:
            return answer_of(self.forecaster.expect(unique_id, given.features))
        level = plain_number(self.forecaster.next_value(unique_id).level)
        return Answer(ds, None, None, None, level)


def _refusal_of(error: StatecastError) -> RefusedError:
    """Return an error of the forecaster with its status."""
    if isinstance(error, RefusedError):
        return error
    status = CONFLICT if isinstance(error, OutOfTurnError) else INVALID
    return RefusedError(one_line(error), status)


def require_columns(
    where: str, given: Mapping[str, object], names: Sequence[str], *, are_all: bool = True
) -> None:
    """Check the names of columns.

    Raises:
        RefusedError: one is not of the model, or is missing.

    """
    further = given.keys() - set(names)
    missing = set(names) - given.keys() if are_all else ()
    if further or missing or (are_all and not names):
        must = f"have {', '.join(names)}" if names else "not be given, the model has none"
        got = ", ".join(map(shown, given)) or "none"
        raise RefusedError(f"{where} must {must}, got {got}", INVALID)


def _require_next(names: Sequence[str], ahead: Features | None) -> None:
    """Check that an observation of a series without a forecast has features of the next time.

    Raises:
        RefusedError: it does not.

    """
    if not ahead:
        must = f"have {', '.join(names)} of the next time until a series has its first forecast"
        raise RefusedError(f"next must {must}, got none", INVALID)


def _require_here(names: Sequence[str], here: Features, ds: Time) -> None:
    """Check that the features of the time of an observation are known.

    Raises:
        RefusedError: one is not.

    """
    missing = [name for name in names if name not in here]
    if missing:
        what = ", ".join(missing)
        must = f"be among its features, or be sent to expected before it ({what})"
        raise RefusedError(f"the features of {ds} must {must}", CONFLICT)
