"use strict";

const SHOWN = 60; // values of a series
const ROWS = 10; // of the table
const PAUSE = 300; // milliseconds between two drawings
const RETRY = 3000; // milliseconds before the page asks again
const COLOURS = {
  "true value": "#111111",
  "forecast a step before": "#1f77b4",
  "what comes next": "#d62728",
};
const HEALTH = {
  rmse: "RMSE of the last forecasts",
  validation_rmse: "RMSE of the validation",
  ratio: "ratio of the two",
  coverage: "held by the interval",
  count: "forecasts judged",
};

const SPREAD = "too few errors are known for an interval, and fewer of the values lie inside";
const BANDS = {
  conformal: level => `${level} of the values should lie inside, as earlier errors say (conformal)`,
  repeats: level => `the middle ${level} of the networks (repeats); ${SPREAD}`,
};
const UNKNOWN_FEATURES = "The features of the next time are not known yet: they must be sent to expected.";

const get = id => document.getElementById(id);
const state = {name: null, values: [], future: null, view: null, isTime: null, listening: null};

async function ask(path) {
  const answer = await fetch(path);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail);
  return content;
}

const addressOf = name => "series/" + encodeURIComponent(name);
const shown = number => number.toLocaleString("en", {maximumSignificantDigits: 5});
const percent = share => share.toLocaleString("en", {style: "percent", maximumFractionDigits: 2});
const isNumber = value => typeof value === "number";

function moment(ds) {
  if (isNumber(ds)) return ds;
  return Date.parse(ds.length > 10 ? ds + "Z" : ds); // what a clock showed, whatever the zone here
}

function say(id, text) {
  get(id).textContent = text;
}

function complain(text) {
  say("problem", text);
  get("problem").hidden = text === "";
}

// tables of the chart

function trueRows() {
  return state.values.map(({ds, y}) => ({when: moment(ds), value: y, what: "true value"}));
}

function forecastRow(ds, forecast, low, high, what) {
  return {when: moment(ds), value: forecast, low, high, what};
}

function forecastRows() {
  const before = state.values.filter(row => isNumber(row.forecast));
  const rows = before.map(row => forecastRow(
    row.next_ds, row.forecast, row.low, row.high, "forecast a step before"));
  for (const {ds, forecast, low, high} of state.future?.values ?? []) {
    rows.push(forecastRow(ds, forecast, low, high, "what comes next"));
  }
  const last = state.values.at(-1);
  if (last && state.future) {
    rows.push(forecastRow(last.ds, last.y, last.y, last.y, "what comes next"));
  }
  return rows;
}

const bandRows = () => forecastRows().filter(row => isNumber(row.low) && isNumber(row.high));

function specification(isTime, width) {
  const axis = {title: null, labelFontSize: 13, labelOverlap: "greedy", tickCount: width < 500 ? 4 : 10};
  const x = isTime
    ? {field: "when", type: "temporal", scale: {type: "utc", nice: false}, axis}
    : {field: "when", type: "quantitative", scale: {zero: false, nice: false}, axis: {...axis, format: "d"}};
  const y = field => ({field, type: "quantitative", title: null, scale: {zero: false},
    axis: {labelFontSize: 13}});
  const color = {
    field: "what",
    type: "nominal",
    title: null,
    scale: {domain: Object.keys(COLOURS), range: Object.values(COLOURS)},
    legend: {orient: "bottom", columns: width < 500 ? 1 : 3, labelFontSize: 14, labelLimit: 260,
      symbolType: "stroke", symbolStrokeWidth: 3, symbolOpacity: 1},
  };
  return {
    width: width - 20,
    height: 320,
    autosize: {type: "fit", contains: "padding"},
    data: {name: "values", values: []},
    encoding: {x, color},
    layer: [
      {
        data: {name: "bands", values: []},
        mark: {type: "area", opacity: 0.2, line: false},
        encoding: {y: y("low"), y2: {field: "high"}},
      },
      {
        data: {name: "forecasts", values: []},
        mark: {type: "line", strokeWidth: 2.5},
        encoding: {y: y("value")},
      },
      {
        mark: {type: "line", strokeWidth: 2, point: {size: 30, filled: true}},
        encoding: {y: y("value")},
      },
    ],
  };
}

async function draw() {
  const isTime = !isNumber(state.values.at(-1)?.ds);
  const box = get("chart");
  const width = box.clientWidth;
  if (state.view === null || state.isTime !== isTime || state.width !== width) {
    state.view?.finalize();
    const options = {renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: false};
    const made = await vegaEmbed(box, specification(isTime, width), options);
    Object.assign(state, {view: made.view, isTime, width});
  }
  await state.view
    .data("bands", bandRows())
    .data("forecasts", forecastRows())
    .data("values", trueRows())
    .resize()
    .runAsync();
}

// words and tables beside the chart

function bandOf({level, interval}) {
  const share = isNumber(level) ? percent(level) : "a share";
  return interval in BANDS ? BANDS[interval](share) : `${share} of the values, ${interval}`;
}

function tellBands() {
  const before = state.values.filter(row => isNumber(row.low) && row.interval);
  const next = state.future?.values.some(row => isNumber(row.low)) ? [state.future] : [];
  const [blue, red] = [before, next].map(rows => [...new Set(rows.map(bandOf))].join(", or "));
  if (!blue && !red) return say("bands", "");
  if (blue === red || !blue || !red) return say("bands", `Bands: ${red || blue}.`);
  say("bands", `Blue band: ${blue}. Red band: ${red}.`);
}

function tellLeftOut(left) {
  get("left").hidden = left === null;
  if (left === null) return;
  const what = left.count === 1 ? "1 observation" : `${left.count} observations`;
  say("left", `This model leaves out ${what}; the last is that of ${left.ds}: ${left.why}.`);
}

function tellNext(known) {
  const last = state.values.at(-1);
  const first = state.future?.values[0];
  if (!last) return say("next", "");
  let text = `Last: ${last.ds}, ${shown(last.y)}.`;
  if (first) text += ` Next: ${first.ds}, ${shown(first.forecast)}`;
  if (first && isNumber(first.low)) text += ` (${shown(first.low)} to ${shown(first.high)})`;
  say("next", (first ? text + "." : text) + known);
}

function tellHealth(health) {
  const boxes = Object.entries(health).filter(([name]) => name in HEALTH).map(([name, value]) => {
    const box = document.createElement("div");
    const said = name === "coverage" ? percent : shown;
    const text = value === null ? "not known yet" : said(value);
    box.append(element("dt", HEALTH[name]), element("dd", text));
    return box;
  });
  get("health").replaceChildren(...boxes);
}

function element(kind, text) {
  return Object.assign(document.createElement(kind), {textContent: text});
}

function tellObserved() {
  const before = new Map();
  for (const row of state.values) if (isNumber(row.forecast)) before.set(String(row.next_ds), row.forecast);
  const observed = state.values.filter(row => isNumber(row.forecast)).slice(-ROWS).reverse();
  const rows = observed.map(({ds, y}) => {
    const forecast = before.get(String(ds));
    const row = document.createElement("tr");
    row.append(element("td", ds), element("td", shown(y)));
    row.append(element("td", isNumber(forecast) ? shown(forecast) : ""));
    row.append(element("td", isNumber(forecast) ? shown(y - forecast) : ""));
    return row;
  });
  get("observed").replaceChildren(...rows);
  get("none").hidden = rows.length > 0;
}

// what is asked, and when

async function refresh() {
  const name = state.name;
  const address = addressOf(name);
  const series = await ask(`${address}?n=${SHOWN}`);
  const wanted = Number(get("horizon").value);
  const steps = Math.min(wanted, series.known_ahead ?? wanted);
  const future = steps > 0
    ? await ask(`${address}/forecast?h=${steps}`).catch(problem => ({problem}))
    : {problem: new Error(UNKNOWN_FEATURES)};
  if (name !== state.name) return; // another one was chosen meanwhile
  state.values = series.values;
  state.future = future.problem ? null : future;
  complain(future.problem ? future.problem.message : "");
  tellNext(steps < wanted && steps > 0 ? ` Features are known for ${steps} steps.` : "");
  tellBands();
  tellLeftOut(series.left_out);
  tellHealth(series.health);
  tellObserved();
  await draw();
}

let isDrawing = false;
let isStale = false;

async function refreshSoon() {
  if (isDrawing) {
    isStale = true;
    return;
  }
  isDrawing = true;
  do {
    isStale = false;
    try {
      await refresh();
    } catch (error) {
      complain(error.message);
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  } while (isStale);
  isDrawing = false;
}

function listen(name) {
  state.listening?.close();
  const source = new EventSource("events?unique_id=" + encodeURIComponent(name));
  source.addEventListener("open", () => {
    say("status", "live");
    get("status").className = "live";
    refreshSoon(); // what was missed
  });
  source.addEventListener("message", refreshSoon);
  source.addEventListener("expected", refreshSoon);
  source.addEventListener("error", () => {
    say("status", "not connected, trying again");
    get("status").className = "";
    if (source.readyState === EventSource.CLOSED && source === state.listening) {
      setTimeout(() => source === state.listening && listen(name), RETRY);
    }
  });
  state.listening = source;
}

function choose(name) {
  state.name = name;
  state.values = [];
  state.future = null;
  location.hash = encodeURIComponent(name);
  refreshSoon();
  listen(name);
}

async function begin() {
  const [{series, after}, about] = await Promise.all([ask("series?limit=1000"), ask("healthz")]);
  get("series").replaceChildren(...series.map(row => element("option", row.unique_id)));
  get("typed").hidden = after === null;
  say("about", `${about.series} series, model ${about.model}.`);
  const wanted = decodeURIComponent(location.hash.slice(1)) || series[0]?.unique_id;
  if (!wanted) return complain("The model has no series yet.");
  get("series").value = wanted;
  choose(wanted);
}

async function start() {
  try {
    await begin();
  } catch (error) {
    complain(error.message);
    setTimeout(start, RETRY);
  }
}

get("series").addEventListener("change", event => choose(event.target.value));
get("name").addEventListener("change", event => choose(event.target.value));
get("horizon").addEventListener("change", refreshSoon);
window.addEventListener("resize", refreshSoon);
start();
