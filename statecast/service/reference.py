"""The page of all addresses, written from the OpenAPI description; it needs no script."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

STYLE = """
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; color-scheme: light dark; }
h2 { margin-top: 2rem; border-top: 1px solid #8888; padding-top: 0.5rem; font-size: 1.1rem; }
td { padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
td code { white-space: nowrap; }
pre { white-space: pre-wrap; }
"""
METHODS = ("get", "post")


def reference(description: Mapping[str, Any]) -> str:
    """Return a page of HTML that lists every address.

    Args:
        description: in OpenAPI.

    """
    sections = [
        _section(method, path, operations[method])
        for path, operations in description["paths"].items()
        for method in METHODS
        if method in operations
    ]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statecast: addresses</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Addresses</h1>
<p>The same in OpenAPI: <a href="openapi.json">openapi.json</a>. An error is JSON with one
sentence: <code>{{"detail": "..."}}</code>.</p>
{"".join(sections)}
</body>
</html>
"""


def _section(method: str, path: str, operation: Mapping[str, Any]) -> str:
    heading = f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
    words = f"<p>{escape(operation.get('description', ''))}</p>"
    given = "".join(map(_parameter, operation.get("parameters", [])))
    table = f"<table>{given}</table>" if given else ""
    statuses = ", ".join(sorted(operation["responses"]))
    bodies = _bodies(operation)
    return f"{heading}{words}{table}{bodies}<p>Answers: {statuses}.</p>\n"


def _bodies(operation: Mapping[str, Any]) -> str:
    """Return the examples of bodies."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return "".join(
        f"<p>Body, {escape(name)}:</p><pre>{escape(json.dumps(example['value']))}</pre>"
        for name, example in content.get("examples", {}).items()
    )


def _parameter(parameter: Mapping[str, Any]) -> str:
    schema = parameter["schema"]
    either = schema.get("anyOf", [schema])
    limits = " or ".join(map(_limits, either))
    default = schema.get("default")
    further = f"; {default} where it is not given" if default is not None else ""
    name = escape(parameter["name"])
    return f"<tr><td><code>{name}</code></td><td>{escape(limits + further)}</td></tr>"


def _limits(schema: Mapping[str, Any]) -> str:
    """Return what a value must be, in words."""
    words = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
        "maxLength": "of at most {} characters",
    }
    limits = [words[key].format(schema[key]) for key in words if key in schema]
    return " ".join([str(schema.get("type", "any")), *limits])
