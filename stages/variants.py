"""variants: run the pipeline of a folder under several settings and put the results side by side."""

import contextlib
import importlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from statecast.base.errors import require
from statecast.base.files import read_json, write_frame, write_json, write_text
from statecast.base.stage import run
from statecast.params.section import read_params

log = logging.getLogger(__name__)

Command = tuple[str, list[Path], list[str]]  # module of a stage, its paths, and the params that it reads


def pipeline_commands(pipeline: dict[str, Any]) -> list[Command]:
    """Return the commands of the pipeline's stages in order, without this one."""
    commands = []
    for stage in pipeline["stages"].values():
        module, *paths = stage["cmd"].split(" -m ")[1].split()
        if module != "stages.variants":
            commands.append((module, [Path(path) for path in paths], stage.get("params", [])))
    return commands


def with_overrides(params: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Return params with dotted keys set."""
    changed = {name: dict(section) for name, section in params.items() if name != "variants"}
    for key, value in overrides.items():
        section, _, name = key.partition(".")
        require(section in changed, f"params.yaml: variants: {key}", "begin with a section", section)
        changed[section][name] = value
    return changed


def value_at(params: dict[str, Any], key: str) -> Any:
    """Return a section, or a key of one by its dotted name; None where there is none."""
    section, _, name = key.partition(".")
    return (params.get(section) or {}).get(name) if name else params.get(section)


def run_commands(commands: list[Command], folder: Path, params: dict[str, Any], before: dict[str, Any]) -> None:
    """Run stages in a folder, from the first whose params differ from what was run there before."""
    write_text(yaml.safe_dump(params, sort_keys=False), folder / "params.yaml")
    changed = [
        place
        for place, (_, _, keys) in enumerate(commands)
        if not before or any(value_at(params, key) != value_at(before, key) for key in keys)
    ]
    with contextlib.chdir(folder):
        for module, paths, _ in commands[changed[0] if changed else len(commands) :]:
            importlib.import_module(module).main(*paths)


def flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested values under dotted names."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def main(source: Path, pipeline: Path, metrics: Path, table: Path) -> None:
    """Write the figures of every variant (``metrics``), and its metrics of each repeat (``table``)."""
    params = read_params(Path("params.yaml"))
    variants = params.get("variants")
    require(isinstance(variants, dict), "params.yaml: variants", "be a section of names with overrides", variants)
    commands = pipeline_commands(yaml.safe_load(pipeline.read_text(encoding="utf-8")))
    results, repeats = {}, []
    before: dict[str, Any] = {}
    logging.getLogger("statecast").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if source.is_dir():
            shutil.copytree(source, folder / source)
        for place, (name, overrides) in enumerate(dict(variants or {}).items(), 1):
            changed = with_overrides(params, overrides or {})
            run_commands(commands, folder, changed, before)
            before = changed
            results[name] = flat(read_json(folder / "metrics" / "evaluate.json"))
            parity = read_json(folder / "metrics" / "rebatch.json")
            results[name] |= {key: parity[key] for key in ("exact", "max_abs_difference")}
            per_seed = next(path for path in ("rmse.csv", "accuracy.csv") if (folder / "plots" / path).is_file())
            repeats.append(pd.read_csv(folder / "plots" / per_seed).assign(variant=name))
            log.info("variants: %d of %d, %s", place, len(variants or {}), name)
    write_json(results, metrics)
    write_frame(pd.concat(repeats), table)


if __name__ == "__main__":
    run(main)
