"""generate: write sequences of symbols as a file that download reads."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from statecast.base.errors import require
from statecast.base.files import write_frame
from statecast.base.stage import run
from statecast.data.sequences import recall_sequences, sequence_frame
from statecast.params.section import CountOrZero, Section, load_section

Symbol = Annotated[str, Field(min_length=1, pattern=r"^\S+$", coerce_numbers_to_str=True)]


class Generate(Section):
    """Sequences written out, or else the parts that they are made of."""

    sequences: list[str] | None
    cues: list[Symbol]
    middle_symbols: list[Symbol]
    middle_length: CountOrZero
    middle_seed: CountOrZero | None
    marker: Symbol | None


def main(generated: Path) -> None:
    """Write ``generated`` (``unique_id,ds,y``)."""
    section = load_section(Generate, "generate")
    if section.sequences is not None:
        sequences = [text.split() for text in section.sequences]
    else:
        has_symbols = section.middle_length == 0 or bool(section.middle_symbols)
        require(has_symbols, "params.yaml: generate.middle_symbols", "hold symbols for the middle part", "none")
        sequences = recall_sequences(
            section.cues,
            section.middle_symbols,
            section.middle_length,
            marker=section.marker,
            seed=section.middle_seed,
        )
    lengths = [len(sequence) for sequence in sequences]
    require(min(lengths, default=0) >= 2, "params.yaml: generate", "give sequences of at least 2 symbols", lengths)
    write_frame(sequence_frame(sequences), generated)


if __name__ == "__main__":
    run(main)
