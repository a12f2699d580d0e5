"""evaluate_symbols: what each network says comes next in each sequence, and how often it is right."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from statecast.base.errors import require
from statecast.base.files import read_arrays, read_json, write_frame, write_json
from statecast.base.stage import run
from statecast.evaluation.symbols import Recalled, memory_trace, recall_measures, what_comes_next
from statecast.forecasting.rebatched import Rebatched, rebatched_from_json
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.ensemble import Model, model_from
from statecast.network.rows import Series, read_series
from statecast.params.section import Count, CountOrZero, Section, load_section

log = logging.getLogger(__name__)

TABLE_ROWS = 20_000  # of a committed table
LOGGED_ROWS = 12  # of a sequence; of a longer one the ends


class EvaluateSymbols(Section):
    """How the networks go on by themselves, and which repeat is shown."""

    known: Count | None
    next_steps: CountOrZero
    show_repeat: CountOrZero


def show(one: Series, recalled: Recalled, alphabet: list[str], repeat: int) -> None:
    """Log input, expected and predicted symbol of one repeat, and how many repeats are right."""
    expected, predicted = recalled
    log.info("sequence %s, repeat %d: input, expected, predicted (repeats right)", one.unique_id, repeat)
    half = LOGGED_ROWS // 2
    for row in range(len(expected)):
        if len(expected) > LOGGED_ROWS and half <= row < len(expected) - half:
            if row == half:
                log.info("  ...")
            continue
        symbols = (one.x[row].argmax(), expected[row], predicted[repeat, row])
        right = int((predicted[:, row] == expected[row]).sum())
        log.info("  %s %s %s (%d of %d)", *(alphabet[symbol] for symbol in symbols), right, len(predicted))


def predictions_frame(
    series: list[Series], recalled: list[Recalled], alphabet: list[str], seeds: np.ndarray
) -> pd.DataFrame:
    """Return ``unique_id, ds, seed, y, forecast``; of sequences too long for a table the last transitions alone."""
    names = np.array(alphabet)
    long = sum(len(expected) for expected, _ in recalled) * len(seeds) > TABLE_ROWS
    frames = []
    for one, (expected, predicted) in zip(series, recalled, strict=True):
        kept = slice(-1, None) if long else slice(None)
        count = len(expected[kept])
        frames.append(
            pd.DataFrame(
                {
                    "unique_id": one.unique_id,
                    "ds": np.tile(one.ds[kept], len(seeds)),
                    "seed": np.repeat(seeds, count),
                    "y": np.tile(names[expected[kept]], len(seeds)),
                    "forecast": names[predicted[:, kept]].ravel(),
                }
            )
        )
    return pd.concat(frames)


def recalled_by(model: Model, one: Series, rebatched: Rebatched) -> Recalled:
    """Return the expected and the predicted symbols of a sequence."""
    outputs = walk_forward(model, one, "test", rebatched)
    return one.y[one.part("test")].argmax(axis=1), outputs.argmax(axis=2)


def next_frame(model: Model, one: Series, section: EvaluateSymbols, alphabet: list[str]) -> pd.DataFrame:
    """Return ``unique_id, seed, known, next``: what is given and what each network goes on with."""
    whole = np.concatenate([one.x, one.y[-1:]])
    given = whole[: section.known]
    found = what_comes_next(model.network, model.of_series(one.unique_id), given, section.next_steps)
    known = " ".join(alphabet[place] for place in given.argmax(axis=1)[-10:])
    said = [" ".join(alphabet[place] for place in places) for places in found]
    return pd.DataFrame({"unique_id": one.unique_id, "seed": model.seeds, "known": known, "next": said})


def main(
    scaled: Path,
    scaler: Path,
    rebatched_weights: Path,
    rebatched_path: Path,
    metrics: Path,
    accuracy: Path,
    predictions: Path,
    trace: Path,
    following: Path,
) -> None:
    """Write the metrics and the tables behind the plots; log what one repeat says."""
    section = load_section(EvaluateSymbols, "evaluate_symbols")
    alphabet = read_json(scaler).get("alphabet", [])
    require(bool(alphabet), "params.yaml: scale.method", "be onehot to evaluate symbols", read_json(scaler)["method"])
    rebatched = rebatched_from_json(read_json(rebatched_path))
    model = model_from(read_arrays(rebatched_weights), rebatched.network)
    repeat, seeds = section.show_repeat, model.seeds
    where = "params.yaml: evaluate_symbols.show_repeat"
    require(repeat < len(seeds), where, f"be one of the {len(seeds)} repeats, counted from 0", repeat)
    series = read_series(scaled)
    recalled = [recalled_by(model, one, rebatched) for one in series]
    for one, result in zip(series, recalled, strict=True):
        show(one, result, alphabet, repeat)
    write_json(recall_measures(recalled), metrics)
    every = np.concatenate([predicted == expected for expected, predicted in recalled], axis=1).mean(axis=1)
    last = np.stack([(p == e)[:, -1] for e, p in recalled], axis=1).mean(axis=1)
    write_frame(pd.DataFrame({"seed": seeds, "accuracy": every, "accuracy_last": last}), accuracy)
    write_frame(predictions_frame(series, recalled, alphabet, seeds), predictions)
    one_repeat = [array[repeat : repeat + 1] for array in model.weights]
    if model.network.cell == "lstm":
        traces = [memory_trace(model.network, one_repeat, one) for one in series]
    else:
        traces = [pd.DataFrame(columns=["unique_id", "ds", "unit", "forget", "carry"])]
    write_frame(pd.concat(traces), trace)
    write_frame(pd.concat([next_frame(model, one, section, alphabet) for one in series]), following)


if __name__ == "__main__":
    run(main)
