"""What comes in and goes out as JSON."""

from typing import Annotated, Any, Self

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from statecast.service.journal import Answer, Entry, ExpectedEntry, written_time
from statecast.service.limits import (
    FEATURES,
    FOLDER,
    HORIZON,
    LARGEST,
    LISTED,
    LONGEST_FEATURE,
    LONGEST_ID,
    OBSERVATIONS,
    SHOWN,
    TIME,
)
from statecast.service.stored import features_from, plain_number

LARGEST_INTEGER = 2**53  # that JSON readers keep exactly

Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Integer = Annotated[int, Field(strict=True, ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
TimeText = Annotated[str, Field(pattern=TIME)]
FeatureName = Annotated[str, Field(min_length=1, max_length=LONGEST_FEATURE)]
Columns = Annotated[dict[FeatureName, Number], Field(max_length=FEATURES)]
UniqueId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID)]
Horizon = Annotated[int, Query(ge=1, le=HORIZON)]
Level = Annotated[float | None, Query(gt=0, lt=1)]
Listed = Annotated[int, Query(ge=1, le=LISTED)]
Shown = Annotated[int, Query(ge=0, le=SHOWN)]
After = Annotated[str | None, Query(max_length=LONGEST_ID)]


class OneObservation(BaseModel):
    """A value of a series and its time."""

    model_config = ConfigDict(extra="forbid")

    ds: Integer | TimeText = Field(examples=["1904-01-01"])
    y: Number = Field(examples=[412.5])
    features: Columns | None = Field(None, description="values of other columns at this time")
    next: Columns | None = Field(None, description="values of frame.features at the next time")


Observations = (
    OneObservation | Annotated[list[OneObservation], Field(min_length=1, max_length=OBSERVATIONS)]
)


class OneExpectation(BaseModel):
    """The features of a time to come, which are known before its value is."""

    model_config = ConfigDict(extra="forbid")

    ds: Integer | TimeText = Field(examples=["1904-02-01"])
    features: Columns = Field(
        description="of each column of frame.features its value at this time",
        examples=[{"price": 2.5}],
    )


Expectations = (
    OneExpectation | Annotated[list[OneExpectation], Field(min_length=1, max_length=OBSERVATIONS)]
)


class AssumedFeatures(BaseModel):
    """Features of the next times, for one forecast alone."""

    model_config = ConfigDict(extra="forbid")

    features: Annotated[
        dict[FeatureName, Annotated[list[Number], Field(min_length=1, max_length=HORIZON)]],
        Field(min_length=1, max_length=FEATURES),
    ] = Field(
        description="of each column of frame.features its values at the next times",
        examples=[{"price": [2.5, 2.5, 2.2]}],
    )
    level: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _have_the_same_times(self) -> Self:
        lengths = set(map(len, self.features.values()))
        if len(lengths) > 1:
            raise PydanticCustomError("lengths", "have equally many values of each column")
        return self


class NextForecast(BaseModel):
    """The forecast of a value that is not known yet; what is not known of it is null."""

    unique_id: str
    ds: int | str
    forecast: float | None
    low: float | None
    high: float | None
    level: float | None
    interval: str | None = Field(
        description="what low and high are made of: conformal (earlier errors), or repeats"
    )


class FutureValue(BaseModel):
    """The forecast of one of the next values."""

    ds: int | str
    forecast: float
    low: float | None
    high: float | None


class FutureForecast(BaseModel):
    """The forecasts of the next values of a series."""

    unique_id: str
    level: float | None
    interval: str  # conformal: it is made of errors; repeats: they are too few, it is too narrow
    values: list[FutureValue]


class LastValue(BaseModel):
    """The last observation of a series."""

    unique_id: str
    ds: int | str
    y: float


class SeriesList(BaseModel):
    """Some series; ``after`` is where the next ones begin, null at the end."""

    series: list[LastValue]
    after: str | None


class KnownValue(BaseModel):
    """A value that was observed, and the forecast of the one after it."""

    ds: int | str
    y: float
    next_ds: int | str | None = None
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    interval: str | None = None


class LeftOutOfSeries(BaseModel):
    """Observations of the journal that the model does not take."""

    count: int
    ds: int | str  # of the last one
    why: str


class SeriesState(LastValue):
    """A series: its last values, oldest first, and how well it was forecast."""

    health: dict[str, int | float | None]
    known_ahead: int | None = Field(
        description="how many times to come have their features; null: the model needs none"
    )
    left_out: LeftOutOfSeries | None
    values: list[KnownValue]


class ModelChoice(BaseModel):
    """The folder of a model, beside the one that is served; null is that one itself."""

    model_config = ConfigDict(extra="forbid")

    folder: Annotated[str, Field(pattern=FOLDER)] | None = None


class ModelState(BaseModel):
    """The model that is served."""

    folder: str
    digest: str
    series: int
    left_out: int  # observations of the journal that it refuses


class ServiceHealth(BaseModel):
    """Whether the service takes observations."""

    status: str
    model: str
    series: int
    observations: int
    left_out: int  # of them, which the model refuses
    waiting: int


class ErrorSentence(BaseModel):
    """What must hold and what was found."""

    detail: str


class ObservedEvent(NextForecast):
    """An observation that was taken, and the forecast of the value after it."""

    observed_ds: int | str
    y: float


def next_of(unique_id: str, answer: Answer) -> dict[str, object]:
    """Return an answer as plain JSON."""
    return {"unique_id": unique_id, **answer._asdict()}


def future_of(unique_id: str, rows: Any, level: float | None) -> FutureForecast:
    """Return the forecasts of the next values.

    Args:
        unique_id: of the series.
        rows: with ds, forecast, low and high, each [H], and what the interval is made of.
        level: the share of the values that the interval is to hold.

    """
    columns = zip(rows.ds, rows.forecast, rows.low, rows.high, strict=True)
    values = [
        FutureValue(
            ds=written_time(ds),
            forecast=float(forecast),
            low=plain_number(low),
            high=plain_number(high),
        )
        for ds, forecast, low, high in columns
    ]
    [interval] = set(rows.interval)
    return FutureForecast(unique_id=unique_id, level=level, interval=interval, values=values)


def event_of(entry: Entry | ExpectedEntry) -> dict[str, object]:
    """Return an entry as plain JSON."""
    if isinstance(entry, ExpectedEntry):
        features = features_from(entry.features)
        return {**next_of(entry.unique_id, entry.answer), "features": features}
    return {**next_of(entry.unique_id, entry.answer), "observed_ds": entry.ds, "y": entry.y}


def known_of(entry: Entry) -> KnownValue:
    """Return an entry as a row of its series."""
    answer = entry.answer
    return KnownValue(
        ds=entry.ds,
        y=entry.y,
        next_ds=answer.ds,
        forecast=answer.forecast,
        low=answer.low,
        high=answer.high,
        level=answer.level,
        interval=answer.interval,
    )
