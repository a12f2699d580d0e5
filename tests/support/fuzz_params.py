"""Sections of params.yaml for Hypothesis: mostly valid ones, made of the models' own fields."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from statecast.base.keys import with_values
from statecast.base.section import Section

Params = dict[str, Any]
Changes = dict[str, Any]  # dotted keys and their values

MOST_CHANGES = 4
SOME = 0.1  # a number that most bounds let through
LONG_TEXT = "x" * 300
ODD_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**63, 10**30),
    *(1e308, 1e-308, float("nan"), float("inf"), "1e-4", "3e0"),
    *("", " ", "x", "é\n", "`lookback`", LONG_TEXT),
    *([], [0], ["x"], [[1]], {}, {"name": "x"}, {"x": {"y": [None]}}),
]


def field_changes(
    models: list[type[Section]], overrides: dict[str, SearchStrategy[Any]]
) -> SearchStrategy[Changes]:
    """Return one key of the models with a value that its field lets through, more or less.

    Args:
        models: the sections.
        overrides: dotted key to a strategy, for fields whose values only a reader of their
            documentation can know; None: the key is never changed.

    """
    return st.one_of(
        [
            _change(key, overrides.get(key, of_schema(schema)))
            for key, schema in schemas(models).items()
        ]
    )


def odd_changes(models: list[type[Section]]) -> SearchStrategy[Changes]:
    """Return one key of the models with a value that hardly any field lets through."""
    keys = st.sampled_from([*schemas(models), "train.nonsense", "nonsense.key"])
    values = st.sampled_from(ODD_VALUES)
    return st.tuples(keys, values).map(lambda pair: {pair[0]: pair[1]})


def schemas(models: list[type[Section]]) -> dict[str, Any]:
    """Return the JSON schema of every dotted key."""
    by_key = {}
    for model in models:
        for name, schema in model.model_json_schema()["properties"].items():
            by_key[f"{model.section}.{name}"] = schema
    return by_key


def of_schema(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Return small values that a JSON schema lets through."""
    if "anyOf" in schema:
        return st.one_of([of_schema(branch) for branch in schema["anyOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return OF_TYPE[schema["type"]](schema)


def _integers(schema: dict[str, Any]) -> SearchStrategy[int]:
    least = schema.get("minimum", schema.get("ge", 0))
    return st.integers(least, least + 3)


def _numbers(schema: dict[str, Any]) -> SearchStrategy[float]:
    least = schema.get("exclusiveMinimum", schema.get("gt", schema.get("ge", -1)))
    return st.sampled_from([least + SOME, least + 5 * SOME, least + 1])


def _lists(schema: dict[str, Any]) -> SearchStrategy[list[Any]]:
    return st.lists(of_schema(schema["items"]), max_size=2)


OF_TYPE: dict[str, Callable[[dict[str, Any]], SearchStrategy[Any]]] = {
    "boolean": lambda _: st.booleans(),
    "integer": _integers,
    "number": _numbers,
    "string": lambda _: st.sampled_from(["a", "x y", ","]),
    "array": _lists,
    "object": lambda _: st.just({}),
    "null": lambda _: st.none(),
}


def _change(key: str, values: SearchStrategy[Any]) -> SearchStrategy[Changes]:
    return values.map(lambda value: {key: value})


def named(models: dict[str, type[Section]]) -> SearchStrategy[Any]:
    """Return names, and mappings of a name and one or two arguments of its model.

    Args:
        models: of the arguments, by name: optimizers or schedules.

    """
    return st.sampled_from(list(models)) | st.one_of(
        [_with_arguments(name, model) for name, model in models.items()]
    )


def _with_arguments(name: str, model: type[Section]) -> SearchStrategy[dict[str, Any]]:
    properties = model.model_json_schema()["properties"]
    one = st.one_of([_change(key, of_schema(schema)) for key, schema in properties.items()])
    as_text = one.map(lambda argument: {key: str(value) for key, value in argument.items()})
    argument = one | as_text | st.just({"nonsense": 1})
    return st.builds(lambda first, second: {"name": name, **first, **second}, argument, argument)


@st.composite
def changed(
    draw: DrawFn,
    calm: Params,
    *,
    changes: SearchStrategy[Changes],
    odd: SearchStrategy[Changes],
) -> Params:
    """Return calm params with a few changes; in one example of eight, one of them is odd."""
    most = draw(st.sampled_from([0, 1, 2, MOST_CHANGES]))
    every = draw(st.lists(changes, max_size=most))
    if draw(st.integers(0, 7)) == 7:
        every.append(draw(odd))
    params = calm
    for change in every:
        params = with_values(params, change)
    return params
