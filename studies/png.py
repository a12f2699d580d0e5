"""PNG files that say which chart they show.

The pixels of a chart differ between kinds of CPU and fonts, so no test can compare them. The file
holds the digest of the chart's specification instead, in a text chunk of the PNG format.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import vl_convert

from statecast.base.writing import whole_file
from statecast.report.plots_page import VEGA_LITE

KEY = "specification"
DIGITS = 6  # significant ones of a number; the others may differ between kinds of CPU

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = len(SIGNATURE) + 25  # bytes to the end of IHDR, which must be the first chunk
PIXELS = b"IDAT"  # chunks that are one zlib stream together
MOST = 9  # the level of zlib that takes longest
BETWEEN = b"\0"  # the keyword and the text of a text chunk


class Chunk(NamedTuple):
    """A chunk of a PNG file: four letters, and what it holds."""

    kind: bytes
    content: bytes

    def packed(self) -> bytes:
        """Return the chunk as it stands in a file: length, letters, content, checksum."""
        checksum = zlib.crc32(self.kind + self.content)
        length = struct.pack(">I", len(self.content))
        return length + self.kind + self.content + struct.pack(">I", checksum)


def write_picture(specification: dict[str, Any], path: Path) -> None:
    """Draw a Vega-Lite specification, and write it with its digest."""
    png = vl_convert.vegalite_to_png(specification, vl_version=VEGA_LITE)
    with whole_file(path) as temporary:
        temporary.write_bytes(with_text(compressed(png), KEY, digest(specification)))


def digest(specification: dict[str, Any]) -> str:
    """Return the SHA-256 of a specification: JSON with sorted keys and rounded numbers."""
    text = json.dumps(_rounded(specification), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compressed(png: bytes) -> bytes:
    """Return a PNG file with the same pixels in fewer bytes: a third for a chart of vl-convert."""
    *others, end = [chunk for chunk in chunks(png) if chunk.kind != PIXELS]
    stream = b"".join(chunk.content for chunk in chunks(png) if chunk.kind == PIXELS)
    pixels = Chunk(PIXELS, zlib.compress(zlib.decompress(stream), MOST))
    return SIGNATURE + b"".join(chunk.packed() for chunk in [*others, pixels, end])


def with_text(png: bytes, key: str, text: str) -> bytes:
    """Return a PNG file with a text chunk behind its header; both texts are Latin-1."""
    content = key.encode("latin-1") + BETWEEN + text.encode("latin-1")
    chunk = Chunk(b"tEXt", content)
    return png[:HEADER] + chunk.packed() + png[HEADER:]


def text_of(png: bytes, key: str) -> str | None:
    """Return the text under a keyword of a PNG file; None where it has no such text."""
    for chunk in chunks(png):
        keyword, _, text = chunk.content.partition(BETWEEN)
        if chunk.kind == b"tEXt" and keyword == key.encode("latin-1"):
            return text.decode("latin-1")
    return None


def chunks(png: bytes) -> Iterator[Chunk]:
    """Yield the chunks of a PNG file."""
    start = len(SIGNATURE)
    while start < len(png):
        (length,) = struct.unpack_from(">I", png, start)
        content = start + 8
        yield Chunk(png[start + 4 : content], png[content : content + length])
        start = content + length + 4  # the checksum


def _rounded(content: Any) -> Any:
    """Return nested lists and dictionaries in which every number has some significant digits."""
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_rounded(value) for value in content]
    if isinstance(content, bool) or not isinstance(content, int | float):
        return content
    return float(f"{content:.{DIGITS}g}")
