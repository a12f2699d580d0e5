"""PNG files that say which chart they show. Oracles: the inverse, the PNG standard, Chromium."""

import struct
import zlib
from pathlib import Path

import pytest

from studies.png import (
    KEY,
    SIGNATURE,
    Chunk,
    chunks,
    compressed,
    digest,
    text_of,
    with_text,
    write_picture,
)
from tests.support.browser import browser
from tests.support.project import ROOT

CHART = {
    "data": {"values": [{"a": 1}, {"a": 2}]},
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}


def one_pixel() -> bytes:
    """Return a PNG file of one grey pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    row = zlib.compress(b"\0\x80")  # no filter, then the pixel
    made = [Chunk(b"IHDR", header), Chunk(b"IDAT", row), Chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(chunk.packed() for chunk in made)


def test_the_text_of_a_picture_comes_back():
    assert text_of(with_text(one_pixel(), "key", "a text"), "key") == "a text"


def test_a_picture_without_the_text_has_none():
    assert text_of(one_pixel(), "key") is None
    assert text_of(with_text(one_pixel(), "key", "a text"), "other") is None


def test_the_chunks_of_a_picture_stay():
    before = list(chunks(one_pixel()))
    after = list(chunks(with_text(one_pixel(), "key", "a text")))
    assert after == [before[0], Chunk(b"tEXt", b"key\0a text"), *before[1:]]


def test_a_chunk_is_packed_as_the_standard_shows_it():
    # PNG (ISO/IEC 15948), 11.2.5: the last chunk is empty, so it is the same in every file
    assert Chunk(b"IEND", b"").packed() == b"\0\0\0\0IEND\xae\x42\x60\x82"


def test_the_text_has_its_length_before_it_and_its_checksum_behind():
    png = with_text(one_pixel(), "key", "a text")
    start = png.index(b"tEXt")
    assert png[start - 4 : start] == struct.pack(">I", len(b"key\0a text"))
    checksum = struct.pack(">I", zlib.crc32(b"tEXtkey\0a text"))
    assert png[start + 4 :].startswith(b"key\0a text" + checksum)


def test_a_compressed_picture_has_the_same_pixels_in_fewer_bytes():
    rows = b"\0\x80" * 1000  # 1000 rows of one grey pixel
    header = Chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1000, 8, 0, 0, 0, 0))
    stream = zlib.compress(rows, 0)
    split = [Chunk(b"IDAT", stream[:100]), Chunk(b"IDAT", stream[100:])]
    made = [header, *split, Chunk(b"IEND", b"")]
    png = SIGNATURE + b"".join(chunk.packed() for chunk in made)
    first, pixels, last = chunks(compressed(png))
    assert (first, last) == (header, Chunk(b"IEND", b""))
    assert zlib.decompress(pixels.content) == rows
    assert len(compressed(png)) < len(png) / 10


@pytest.mark.slow
def test_a_browser_shows_the_committed_pictures(tmp_path: Path):
    pictures = sorted((ROOT / "docs" / "pictures").rglob("*.png"))
    page = tmp_path / "page.html"
    page.write_text("".join(f'<img src="{path.as_uri()}">' for path in pictures))
    with browser(tmp_path / "profile") as driver:
        driver.get(page.as_uri())
        widths = driver.execute_script("return [...document.images].map(i => i.naturalWidth)")
    assert len(widths) == len(pictures) > 0
    assert min(widths) > 100


def test_a_written_picture_has_the_digest_of_its_chart(tmp_path: Path):
    path = tmp_path / "chart.png"
    write_picture(CHART, path)
    assert text_of(path.read_bytes(), KEY) == digest(CHART)


def test_the_digest_by_hand():
    # sha256 of {"a":[1.0,"x",true,null],"b":0.333333}, by coreutils
    content = {"b": 1 / 3, "a": [1, "x", True, None]}
    expected = "60d0a1a18f04f4989a4761278a36df2fa0ac6fc4af6bd7a29867924136d65b21"
    assert digest(content) == expected


def test_the_order_of_keys_is_no_difference():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_the_order_of_values_is_a_difference():
    assert digest({"a": [1, 2]}) != digest({"a": [2, 1]})


def test_the_seventh_digit_is_no_difference():
    assert digest({"a": 95.3174212}) == digest({"a": 95.3174218})


@pytest.mark.parametrize("other", [95.3175, 96, "95.3174", None])
def test_another_value_is_a_difference(other: object):
    assert digest({"a": 95.3174}) != digest({"a": other})


def test_true_is_not_one():
    assert digest({"a": True}) != digest({"a": 1})
