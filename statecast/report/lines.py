"""Tables as lines of text that fit a terminal."""

from collections.abc import Sequence

CUT = "…"  # stands where the middle of a name was
SPACE = 2  # characters between columns
SHARE_OF_NAMES = 0.5  # of a line, at most

Column = list[str]  # its heading, and a text for each row


def fitted(names: Column, columns: Sequence[Column], width: int) -> list[str]:
    """Return a table of lines that are at most as wide as a terminal, where the columns allow it.

    Columns that do not fit go below the others, behind the names again.

    Args:
        names: the first column, to the left. The middle of a long name is left out.
        columns: the others, to the right.
        width: characters of a line.

    """
    most = max(len(names[0]), int(width * SHARE_OF_NAMES))
    short = [cut(name, most) for name in names]
    longest = max(map(len, short))
    left = [name.ljust(longest) for name in short]
    blocks = [_joined(left, block) for block in _blocks(columns, width - longest)]
    lines = blocks[0]
    for block in blocks[1:]:
        lines += ["", *block]
    return lines


def cut(text: str, most: int) -> str:
    """Return a text with at most so many characters: its beginning and its end."""
    if len(text) <= most:
        return text
    end = (most - len(CUT)) // 2
    start = most - len(CUT) - end
    return text[:start] + CUT + text[len(text) - end :]


def _blocks(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """Return the columns in as few blocks as fit the room, each of one column at least."""
    blocks: list[list[Column]] = [[]]
    used = 0
    for column in columns:
        needed = SPACE + max(map(len, column))
        if blocks[-1] and used + needed > room:
            blocks.append([])
            used = 0
        blocks[-1].append(column)
        used += needed
    return blocks


def _joined(left: Column, columns: Sequence[Column]) -> list[str]:
    """Return the lines of a block."""
    lines = left
    for column in columns:
        longest = max(map(len, column))
        pairs = zip(lines, column, strict=True)
        lines = [f"{line}{'':{SPACE}}{text:>{longest}}" for line, text in pairs]
    return [line.rstrip() for line in lines]
