"""The addresses of the service."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, Query, Response
from fastapi.openapi.models import Example
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.telemetry import TelemetryConfig
from starlette.convertors import PathConvertor, register_url_convertor

from statecast.base.errors import StatecastError, one_line
from statecast.service.access import Access, Denial, guarded
from statecast.service.events import Events, Subscriber
from statecast.service.journal import ExpectedEntry
from statecast.service.limits import LONGEST_ID
from statecast.service.live import Live
from statecast.service.model import sibling
from statecast.service.page import add_page
from statecast.service.patience import with_deadline
from statecast.service.posted import Done, Expectation, Observation, Posted, Taken
from statecast.service.reference import reference
from statecast.service.refusal import INVALID, RefusedError
from statecast.service.sentences import add_sentences, sentence
from statecast.service.shapes import (
    After,
    AssumedFeatures,
    ErrorSentence,
    Expectations,
    FutureForecast,
    Horizon,
    KnownValue,
    LastValue,
    LeftOutOfSeries,
    Level,
    Listed,
    ModelChoice,
    ModelState,
    NextForecast,
    Observations,
    ObservedEvent,
    OneObservation,
    SeriesList,
    SeriesState,
    ServiceHealth,
    Shown,
    UniqueId,
    event_of,
    future_of,
    known_of,
    next_of,
)
from statecast.service.stored import plain_health
from statecast.service.timed import timed, with_head

Examples = dict[str, Example]

JSON = "application/json"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="statecast", charset="UTF-8"'}  # browsers then ask
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}

OF_TAKING = (400, 404, 408, 409, 411, 413, 422, 503)
OBSERVED: Examples = {
    "one": {"value": {"ds": "1904-01-01", "y": 412.5}},
    "many": {"value": [{"ds": "1904-01-01", "y": 412.5}, {"ds": "1904-02-01", "y": 390.0}]},
    "with features": {
        "value": {
            "ds": "1904-01-01",
            "y": 412.5,
            "features": {"price": 2.5},
            "next": {"price": 2.2},
        }
    },
}
EXPECTED: Examples = {
    "one": {"value": {"ds": "1904-02-01", "features": {"price": 2.2}}},
    "many": {
        "value": [
            {"ds": "1904-02-01", "features": {"price": 2.2}},
            {"ds": "1904-03-01", "features": {"price": 2.5}},
        ]
    },
}
ASSUMED: Examples = {"three steps": {"value": {"features": {"price": [2.2, 2.5, 2.5]}}}}

log = logging.getLogger(__name__)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what an address says of its errors."""
    return {status: {"model": ErrorSentence} for status in (401, 403, *statuses)}


def with_links(pointer: str) -> dict[str, Any]:
    """Return what an address says of its answer: which addresses its series leads to.

    Args:
        pointer: to the series in the answer.

    """
    parameters = {"unique_id": f"$response.body#/{pointer}"}
    names = ("observe", "expect", "forecast", "one_series")
    links = {name: {"operationId": name, "parameters": parameters} for name in names}
    return {"description": "OK", "links": links}


class IdConvertor(PathConvertor):
    """A part of an address that may be any text, lines and slashes too."""

    regex = r"[\s\S]*"


register_url_convertor("id", IdConvertor())


class Service:
    """The model that is served and those who listen."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.events = Events()

    async def take(self, unique_id: str, rows: Sequence[Observation | Expectation]) -> Taken:
        """Return what became of rows, once they are on the disk."""
        reply: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self.live.submit(Posted(unique_id, rows, reply.set_result))
        return await reply

    def answer(self, done: Done) -> None:
        """Answer the requests of a commit, and tell those who listen."""
        for posted, outcome in done:
            with suppress(asyncio.InvalidStateError):  # the client has gone
                posted.reply(outcome)
            if self.events.count and outcome.fresh:
                self.events.publish(outcome.fresh)


def create_app(live: Live, access: Access) -> Any:
    """Return the ASGI application of a model.

    Args:
        live: the model.
        access: who may ask.

    """
    service = Service(live)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def on_commit(done: Done) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(service.answer, done)

        live.on_commit = on_commit
        live.on_end = service.events.end
        yield

    app = FastAPI(
        title="Statecast",
        description="Forecasts of networks that live with their series.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
    )
    app.state.service = service
    add_sentences(app)
    _add_series(app, service)
    _add_events(app, service)
    _add_model(app, live)
    _add_health(app, service)
    add_page(app, live.vega)
    app.get("/docs", include_in_schema=False)(lambda: HTMLResponse(reference(app.openapi())))
    heard = with_head(with_deadline(app))
    return timed(guarded(heard, access, _denied), live.metrics)


def _denied(denial: Denial) -> Response:
    headers = CHALLENGE if denial.status == 401 else {}
    return sentence(denial.sentence, denial.status, headers)


def _add_series(app: FastAPI, service: Service) -> None:
    live = service.live

    @app.post(
        "/series/{unique_id:id}/observations",
        operation_id="observe",
        response_model=NextForecast | list[NextForecast],
        responses={200: with_links("unique_id"), **answers(*OF_TAKING, 507)},
    )
    async def observe(
        unique_id: UniqueId, body: Annotated[Observations, Body(openapi_examples=OBSERVED)]
    ) -> Response:
        """Take one observation, or many in order, and forecast the value after each.

        An observation that was taken before is answered as it was then, and counts once. Of many
        observations those before the first that is refused are kept. The features of a model with
        columns beside y are those of the same time; next has those of the next time, where they
        are known already.
        """
        given = body if isinstance(body, list) else [body]
        outcome = await service.take(unique_id, [_observation(one) for one in given])
        return _answered(unique_id, outcome, len(given) if isinstance(body, list) else None)

    @app.post(
        "/series/{unique_id:id}/expected",
        operation_id="expect",
        response_model=NextForecast | list[NextForecast],
        responses={200: with_links("unique_id"), **answers(*OF_TAKING)},
    )
    async def expect(
        unique_id: UniqueId, body: Annotated[Expectations, Body(openapi_examples=EXPECTED)]
    ) -> Response:
        """Take the features of times to come, one or many; the next value is forecast with them.

        Those of later times may be sent again with other values, until they are the next ones. The
        forecast is null for all times but the next.
        """
        given = body if isinstance(body, list) else [body]
        outcome = await service.take(
            unique_id, [Expectation(one.ds, one.features) for one in given]
        )
        return _answered(unique_id, outcome, len(given) if isinstance(body, list) else None)

    @app.get(
        "/series/{unique_id:id}/forecast",
        operation_id="forecast",
        responses=answers(404, 409, 422),
    )
    def forecast(unique_id: UniqueId, h: Horizon = 12, level: Level = None) -> FutureForecast:
        """Forecast the next values of a series; each network is fed its own forecasts.

        The features of these times are those that were sent to expected.
        """
        used = live.level(unique_id) if level is None else level
        return future_of(unique_id, live.forecast(unique_id, h, level), used)

    @app.post(
        "/series/{unique_id:id}/forecast",
        operation_id="assume",
        responses=answers(400, 404, 408, 409, 411, 413, 422),
    )
    def assume(
        unique_id: UniqueId, body: Annotated[AssumedFeatures, Body(openapi_examples=ASSUMED)]
    ) -> FutureForecast:
        """Forecast as many next values as the features have, which are kept nowhere."""
        used = live.level(unique_id) if body.level is None else body.level
        horizon = len(next(iter(body.features.values())))
        rows = live.forecast(unique_id, horizon, body.level, body.features)
        return future_of(unique_id, rows, used)

    listed = {200: with_links("series/0/unique_id"), **answers(422)}

    @app.get("/series", operation_id="series", responses=listed)
    def series(after: After = None, limit: Listed = 100) -> SeriesList:
        """List the series in the order of the model, ``after`` one of them."""
        names = live.series
        start = names.index(after) + 1 if after in names else 0
        shown = names[start : start + limit]
        is_end = start + limit >= len(names)
        return SeriesList(
            series=[_last_value(live, name) for name in shown],
            after=None if is_end else shown[-1],
        )

    @app.get("/series/{unique_id:id}", operation_id="one_series", responses=answers(404, 422))
    def one_series(unique_id: UniqueId, n: Shown = 60) -> SeriesState:
        """Return the last values of a series that were observed, and its errors."""
        last = _last_value(live, unique_id)
        health = asdict(live.health(unique_id))
        values = known_values(live, unique_id, n)
        numbers = {name: plain_health(value) for name, value in health.items()}
        refusals = live.left_out(unique_id)
        return SeriesState(
            **last.model_dump(),
            health=numbers,
            known_ahead=live.known_ahead(unique_id),
            left_out=LeftOutOfSeries(**asdict(refusals)) if refusals else None,
            values=values,
        )


def _add_events(app: FastAPI, service: Service) -> None:
    async def subscriber(
        unique_id: Annotated[str | None, Query(min_length=1, max_length=LONGEST_ID)] = None,
    ) -> AsyncIterator[Subscriber]:
        with service.events.subscribed(unique_id) as subscribed:
            yield subscribed

    @app.get("/events", response_class=EventSourceResponse, responses=answers(422, 503))
    async def events(
        listening: Annotated[Subscriber, Depends(subscriber)],
    ) -> AsyncIterator[ObservedEvent]:
        """Tell observations as they are taken, of one series or of all.

        Features of times to come are events of the type expected.
        """
        yield ServerSentEvent(comment="listening")  # type: ignore[misc]
        async for entry in listening.heard():
            if isinstance(entry, ExpectedEntry):
                yield ServerSentEvent(data=event_of(entry), event="expected")  # type: ignore[misc]
            else:
                yield ServerSentEvent(data=event_of(entry), id=str(entry.number))  # type: ignore[misc]


def _add_model(app: FastAPI, live: Live) -> None:
    @app.post("/model", responses=answers(400, 408, 411, 413, 422, 503))
    def load_model(body: ModelChoice) -> ModelState:
        """Load the model again, or one in a folder beside it; the service goes on meanwhile."""
        folder = sibling(live.model.folder, body.folder)
        try:
            model = live.load(folder)
        except RefusedError:
            raise
        except StatecastError as error:
            log.warning("%s could not be loaded: %s", folder, one_line(error))
            must = "be a model that can be read; the log of the service says what it lacks"
            raise RefusedError(f"folder must {must}", INVALID) from None
        return ModelState(
            folder=folder.name,
            digest=model.digest,
            series=live.count,
            left_out=model.left_out.count,
        )


def _add_health(app: FastAPI, service: Service) -> None:
    live = service.live

    @app.get("/healthz", responses={503: {"model": ServiceHealth}})
    async def healthz(response: Response) -> ServiceHealth:
        """Say whether observations are taken."""
        is_well = live.is_well
        response.status_code = 200 if is_well else 503
        return ServiceHealth(
            status="ok" if is_well else "failing",
            model=live.model.digest,
            series=live.count,
            observations=live.number,
            left_out=live.model.left_out.count,
            waiting=live.waiting,
        )

    @app.get("/metrics", response_class=PlainTextResponse, responses=answers())
    async def metrics() -> str:
        """Return the counters in the text format of Prometheus."""
        gauges = {
            "series": live.count,
            "journal_entries": live.number,
            "left_out_observations": live.model.left_out.count,
            "waiting_requests": live.waiting,
            "subscribers": service.events.count,
            "model_loaded_timestamp_seconds": live.model.loaded_at,
        }
        return live.metrics.text(gauges)


def _observation(one: OneObservation) -> Observation:
    return Observation(one.ds, float(one.y), one.features or None, one.next)


def _answered(unique_id: str, outcome: Taken, count: int | None) -> Response:
    """Return the answer to the rows of a request.

    Args:
        unique_id: their series.
        outcome: what became of them.
        count: how many there are; None: one, which is no list.

    Raises:
        RefusedError: one was refused.

    """
    if outcome.refusal:
        raise outcome.refusal if count is None else _with_place(outcome, count)
    found = [next_of(unique_id, answer) for answer in outcome.answers]
    return Response(json.dumps(found[0] if count is None else found), media_type=JSON)


def _with_place(outcome: Taken, count: int) -> RefusedError:
    """Return the refusal of one of many rows, with its number."""
    kept = len(outcome.answers)
    refusal = outcome.refusal or RefusedError("")
    place = f"row {kept + 1} of {count}"
    return RefusedError(f"{place}: {refusal}; those before it are kept: {kept}", refusal.status)


def known_values(live: Live, unique_id: str, count: int) -> list[KnownValue]:
    """Return the last values of a series, of the model's history and those observed, by time."""
    observed = [known_of(entry) for entry in live.journal.recent(unique_id, count)]
    known = {value.ds for value in observed}
    history = live.model.history.tail(unique_id, count)
    before = [value for value in history if value.ds not in known]
    return sorted([*before, *observed], key=_time_of)[-count:] if count else []


def _time_of(value: KnownValue) -> Any:
    """Return the time, an integer or ISO text as all times of a series."""
    return value.ds


def _last_value(live: Live, unique_id: str) -> LastValue:
    ds, y = live.last(unique_id)
    return LastValue(unique_id=unique_id, ds=ds, y=y)
