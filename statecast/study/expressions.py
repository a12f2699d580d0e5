"""Values of a study file that are worked out of a series: ``2 * season``, ``rows // 4``."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from statecast.base.errors import StatecastError, shown

NAMES = ("season", "rows")
NAMED = re.compile(rf"\b({'|'.join(NAMES)})\b", re.ASCII)
LONGEST = 100  # characters
LARGEST = 10**9

Amount = int | float

TWO: dict[type[ast.operator], Callable[[Amount, Amount], Amount]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
MANY: dict[str, Callable[..., Amount]] = {"min": min, "max": max}


class NoExpressionError(Exception):
    """Say that a part of a text is none of an expression."""


def is_expression(value: object) -> bool:
    """Return whether a value is text that names a season or rows."""
    return isinstance(value, str) and NAMED.search(value) is not None


def amount_of(text: str, known: Mapping[str, int]) -> Amount:
    """Return what an expression comes to.

    It has numbers, the names of NAMES, ``+ - * / //``, brackets, ``min`` and ``max``.

    Args:
        text: the expression.
        known: the value of each name.

    Raises:
        StatecastError: the text has something else, or no such amount.

    """
    must = f"be a sum of numbers, {', '.join(NAMES)}, min() and max()"
    try:
        readable = text.strip() if len(text) <= LONGEST else ""
        amount = _amount(ast.parse(readable, mode="eval").body, known)
    except (NoExpressionError, SyntaxError, ZeroDivisionError, RecursionError, MemoryError):
        raise StatecastError(f"an expression must {must}, got {shown(text)}") from None
    return amount


def _amount(node: ast.expr, known: Mapping[str, int]) -> Amount:
    match node:
        case ast.Constant(value=bool()):
            raise NoExpressionError
        case ast.Constant(value=int() | float() as number):
            return _bounded(number)
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_amount(operand, known)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in TWO:
            return _bounded(TWO[type(sign)](_amount(left, known), _amount(right, known)))
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]) if name in MANY:
            return MANY[name]([_amount(one, known) for one in args])
    raise NoExpressionError


def _bounded(amount: Amount) -> Amount:
    """Return an amount that is not too large: products of products grow fast."""
    if abs(amount) > LARGEST:
        raise NoExpressionError
    return amount


def with_amounts(content: Any, known: Mapping[str, int]) -> Any:
    """Return a plain value with the amounts of the expressions in it.

    A list among the entries of a list is left out where an amount makes an entry of it come twice:
    of ``[[1], [season], [1, season]]`` the last one, for a series without a season.

    Raises:
        StatecastError: as ``amount_of``.

    """
    if is_expression(content):
        return amount_of(content, known)
    if isinstance(content, dict):
        return {key: with_amounts(value, known) for key, value in content.items()}
    if isinstance(content, list):
        values = [(entry, with_amounts(entry, known)) for entry in content]
        return [value for entry, value in values if not _repeats(entry, value)]
    return content


def has_expressions(content: Any) -> bool:
    """Return whether a plain value is an expression, or has one in it."""
    if isinstance(content, dict):
        return any(map(has_expressions, content.values()))
    if isinstance(content, list):
        return any(map(has_expressions, content))
    return is_expression(content)


def _repeats(entry: object, value: object) -> bool:
    """Return whether amounts make an entry of a list come twice in it."""
    if not isinstance(value, list) or value == entry:
        return False
    return any(own in value[:place] for place, own in enumerate(value))
