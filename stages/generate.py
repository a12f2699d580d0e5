"""generate: write sequences of symbols as a file that download reads."""

from statecast.base.errors import require
from statecast.base.files import write_frame
from statecast.base.memory import require_memory
from statecast.base.paths import GENERATED
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.sequences import (
    memory_of_recall,
    random_sequences,
    recall_sequences,
    sequence_frame,
)
from statecast.params.generate import GenerateParams


@stage(GenerateParams)
def main() -> None:
    """Write ``unique_id, ds, y``."""
    sequences = sequences_of(load(GenerateParams))
    lengths = [len(sequence) for sequence in sequences]
    shortest = min(lengths, default=0)
    must = "give sequences of at least 2 symbols"
    require(shortest >= 2, "params.yaml: generate", must, lengths)
    write_frame(sequence_frame(sequences), GENERATED)


def sequences_of(params: GenerateParams) -> list[list[str]]:
    """Return the sequences that are written out, or else made of their parts."""
    if params.sequences is not None:
        return [text.split() for text in params.sequences]
    count = params.random_sequences or len(params.cues)
    require_memory(memory_of_recall(count, params.middle_length))
    if params.random_sequences is not None and params.middle_seed is not None:
        return random_sequences(
            params.random_sequences,
            params.cues,
            params.middle_symbols,
            params.middle_length,
            seed=params.middle_seed,
            marker=params.marker,
        )
    return recall_sequences(
        params.cues,
        params.middle_symbols,
        params.middle_length,
        marker=params.marker,
        seed=params.middle_seed,
    )


if __name__ == "__main__":
    run(main)
