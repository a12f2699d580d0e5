"""evaluate_symbols: what each network says comes next, and how often it is right."""

import logging

import numpy as np
import pandas as pd

from statecast.artifacts.model import read_model
from statecast.artifacts.scaled import read_scaled_for
from statecast.base.arrays import Ints
from statecast.base.errors import require
from statecast.base.files import write_frame, write_json
from statecast.base.memory import require_memory
from statecast.base.paths import ACCURACY, MEMORY, METRICS, NEXT, PREDICTIONS, SCORES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.evaluation.printouts import symbol_lines
from statecast.evaluation.symbols import (
    TRACE_COLUMNS,
    Recalled,
    accuracy_of,
    memory_trace,
    recall_headline,
    recall_scores,
    recalled_by,
    trained_beside,
)
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.symbols import inputs_of, what_comes_next, whole_sequence
from statecast.network.rows import SeriesRows
from statecast.params.evaluate_symbols import EvaluateSymbolsParams

TABLE_ROWS = 20_000  # of a committed table
LOGGED_SEQUENCES = 10  # the first ones
SYMBOL_BYTES = 100  # as a number in copies, and as text
GIVEN_SHOWN = 10  # the last symbols that a network is given

log = logging.getLogger(__name__)


@stage(
    EvaluateSymbolsParams,
    method="scale.method",
    lookback="frame.lookback",
    remainder="train.remainder",
    batch_size="train.batch_size",
    learning_rate="train.learning_rate",
)
def main() -> None:
    """Write the metrics and the tables behind the plots; log what the first repeats say."""
    params = load(EvaluateSymbolsParams)
    model = read_model()
    alphabet = model.undo.scaler.alphabet
    is_symbols = model.undo.scaler.is_symbols
    require(is_symbols, "`method`", "be onehot to evaluate symbols", model.undo.scaler.method)
    seeds = model.networks.ensemble.seeds
    must = f"be one of the {len(seeds)} repeats, counted from 0"
    require(params.show_repeat < len(seeds), "`show_repeat`", must, params.show_repeat)
    require_memory({"the `next_steps` of every network": next_bytes(params, model.networks)})

    every = read_scaled_for(model.networks.ensemble).series
    sequences = [sequence for sequence in every if sequence.count("test")]  # folds have no such row
    recalled = [recalled_by(model.networks, sequence) for sequence in sequences]
    logged = slice(LOGGED_SEQUENCES)
    for sequence, symbols in zip(sequences[logged], recalled[logged], strict=True):
        log_sequence(sequence, symbols, alphabet)

    beside = [recalled_by(model.networks, trained, "train") for trained in trained_beside(every)]
    scores = recall_scores(recalled, beside)
    write_json(recall_headline(scores), METRICS)
    write_json(scores, SCORES)
    write_frame(accuracy_table(recalled, beside, seeds), ACCURACY)
    write_frame(predictions_table(sequences, recalled, alphabet, seeds), PREDICTIONS)
    write_frame(memory_table(model.networks, sequences, params.show_repeat), MEMORY)
    write_frame(next_table(model.networks, sequences, params, alphabet), NEXT)


def next_bytes(params: EvaluateSymbolsParams, networks: Rebatched) -> int:
    """Return what the symbols that follow take in memory."""
    return params.next_steps * len(networks.ensemble.seed) * SYMBOL_BYTES


def log_sequence(sequence: SeriesRows, recalled: Recalled, alphabet: list[str]) -> None:
    """Log what the first repeats say comes next in a sequence."""
    inputs = inputs_of(sequence)[sequence.part("test")].argmax(axis=2)  # [N, L]
    name = sequence.key.unique_id
    for line in symbol_lines(name, inputs, recalled.expected, recalled.predicted, alphabet):
        log.info("%s", line)


def accuracy_table(recalled: list[Recalled], beside: list[Recalled], seeds: Ints) -> pd.DataFrame:
    """Return ``seed, accuracy, accuracy_last``, and both of the sequences trained on beside."""
    accuracy = accuracy_of(recalled)
    columns = {"seed": seeds, "accuracy": accuracy.every, "accuracy_last": accuracy.last}
    if beside:
        trained = accuracy_of(beside)
        columns |= {"trained_accuracy": trained.every, "trained_accuracy_last": trained.last}
    return pd.DataFrame(columns)


def predictions_table(
    sequences: list[SeriesRows], recalled: list[Recalled], alphabet: list[str], seeds: Ints
) -> pd.DataFrame:
    """Return ``unique_id, ds, seed, y, forecast``.

    If the sequences are too long for a table, it has only the last transition of each.
    """
    names = np.array(alphabet)
    is_long = sum(symbols.predicted.size for symbols in recalled) > TABLE_ROWS
    shown = slice(-1, None) if is_long else slice(None)
    frames = []
    for sequence, symbols in zip(sequences, recalled, strict=True):
        ds = sequence.ds[sequence.part("test")][shown]
        expected = names[symbols.expected[shown]]
        columns = {
            "unique_id": sequence.key.unique_id,
            "ds": np.tile(ds, len(seeds)),
            "seed": np.repeat(seeds, len(expected)),
            "y": np.tile(expected, len(seeds)),
            "forecast": names[symbols.predicted[:, shown]].ravel(),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames)


def memory_table(networks: Rebatched, sequences: list[SeriesRows], repeat: int) -> pd.DataFrame:
    """Return ``unique_id, ds, unit, forget, carry`` of one repeat.

    A cell without a carry has no rows.
    """
    if networks.ensemble.network.cell != "lstm":
        return pd.DataFrame(columns=TRACE_COLUMNS)
    return pd.concat([memory_trace(networks, sequence, repeat) for sequence in sequences])


def next_table(
    networks: Rebatched,
    sequences: list[SeriesRows],
    params: EvaluateSymbolsParams,
    alphabet: list[str],
) -> pd.DataFrame:
    """Return ``unique_id, seed, known, next``: what is given, and how each network goes on."""
    frames = []
    for sequence in sequences:
        given = whole_sequence(sequence)[: params.known].argmax(axis=1)
        following = what_comes_next(networks, sequence, params.next_steps, params.known)
        columns = {
            "unique_id": sequence.key.unique_id,
            "seed": networks.ensemble.seeds,
            "known": _words(given[-GIVEN_SHOWN:], alphabet),
            "next": [_words(symbols, alphabet) for symbols in following],
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames)


def _words(symbols: Ints, alphabet: list[str]) -> str:
    return " ".join(alphabet[symbol] for symbol in symbols)


if __name__ == "__main__":
    run(main)
