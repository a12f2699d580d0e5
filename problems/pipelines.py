"""Write into the dvc.yaml of all pipelines what follows from other files.

``python -m problems.pipelines`` writes all five. The code that a stage depends on follows from its
imports. The stages of the problems are those of the root pipeline, run from a folder two levels
down.
"""

import ast
import functools
import io
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from statecast.artifacts.forecaster import sections_of
from statecast.base.files import write_text
from statecast.base.paths import PARAMS
from statecast.base.section import read_params
from statecast.base.writing import written_together
from statecast.pipeline import module_of

ROOT = Path(__file__).parents[1]
CODE = ("stages/", "statecast/")  # how the path of a code dependency begins
FILE_BY_FILE = (
    "stages",
    "statecast",
    "statecast/flow",
    "statecast/params",
)  # a stage uses few modules of these
UP = "../.."  # from a problem to the root

GENERATE = {
    "desc": "Write the sequences as a file",
    "cmd": "python -m stages.generate",
    "params": ["generate"],
    "deps": [],
    "outs": ["data/generated.csv"],
}
EVALUATE_SYMBOLS = {
    "desc": "What each network says comes next in each sequence, and how often it is right",
    "cmd": "python -m stages.evaluate_symbols",
    "params": ["evaluate_symbols"],
    "deps": ["data/scaled", "data/model"],
    "outs": ["data/scores.json"],
    "metrics": [{"metrics/evaluate.json": {"cache": False}}],
    "plots": [
        {
            "plots/accuracy.csv": {
                "cache": False,
                "template": "shares",
                "x": "seed",
                "y": "accuracy_last",
                "title": "Accuracy of each repeat on the last symbol",
                "y_label": "accuracy",
            }
        },
        {
            "plots/predictions.csv": {
                "cache": False,
                "template": "confusion",
                "x": "y",
                "y": "forecast",
                "title": "Symbols, expected and predicted",
                "x_label": "expected",
                "y_label": "predicted",
            }
        },
        {
            "plots/memory.csv": {
                "cache": False,
                "template": "memory",
                "x": "ds",
                "y": "carry",
                "title": "Forget gate and carry along each sequence, one repeat",
            }
        },
        {
            "plots/next.csv": {
                "cache": False,
                "template": "next",
                "x": "next",
                "y": "seed",
                "title": "What comes next? Repeats that say so",
            }
        },
    ],
}
SOURCES_OF = {"counting": ["data/source"], "memory": []}  # memory generates its own
MEASURES = {  # of each repeat: column of plots/variants.csv, and what it is
    "counting": ("rmse", "RMSE of each repeat"),
    "memory": ("accuracy_last", "Accuracy on the last symbol, a point a repeat"),
}


def main() -> None:
    """Write all dvc.yaml."""
    with written_together():
        for path, text in pipelines().items():
            write_text(text, path)


def pipelines() -> dict[Path, str]:
    """Return the text of each dvc.yaml by its path."""
    path = ROOT / "dvc.yaml"
    root = _yaml().load(path.read_text(encoding="utf-8"))
    root["stages"]["rebatch"]["params"] = kept_sections(ROOT)
    for stage in root["stages"].values():
        stage["deps"] = [*_data_of(stage["deps"]), *code_of(module_of(stage["cmd"]))]
    texts = {path: _text(root)}
    problems = {"counting": counting(root), "memory": memory(root)}
    for problem, stages in problems.items():
        folder = ROOT / "problems" / problem
        texts[folder / "dvc.yaml"] = _text({"stages": stages})
        texts[folder / "variants" / "dvc.yaml"] = _text({"stages": variants(problem, stages)})
    return texts


def counting(root: Any) -> dict[str, Any]:
    """Return the stages of the counting problem: all of the root but what comes after the end."""
    stages = {}
    for name, stage in root["stages"].items():
        if name != "forecast":
            stages[name] = _below(stage)
    stages["rebatch"]["params"] = kept_sections(ROOT / "problems" / "counting")
    return stages


def memory(root: Any) -> dict[str, Any]:
    """Return the stages of the memory problem: symbols instead of numbers, so no baselines."""
    stages = deepcopy(root["stages"])
    stages["download"]["deps"][0] = "data/generated.csv"
    for name in ("baseline", "evaluate", "forecast"):
        del stages[name]
    stages["rebatch"]["params"] = kept_sections(ROOT / "problems" / "memory")
    every = {"generate": GENERATE, **stages, "evaluate_symbols": EVALUATE_SYMBOLS}
    return {name: _below(stage) for name, stage in every.items()}


def kept_sections(folder: Path) -> list[str]:
    """Return the sections of a folder's params.yaml that the stage rebatch keeps with the model."""
    return list(sections_of(read_params(folder / PARAMS)))


def variants(problem: str, stages: dict[str, Any]) -> dict[str, Any]:
    """Return the pipeline that runs another one under every setting of its params.yaml.

    Args:
        problem: its name.
        stages: of the other pipeline.

    """
    modules = ["stages.variants", *(module_of(stage["cmd"]) for stage in stages.values())]
    measure, title = MEASURES[problem]
    plot = {
        "cache": False,
        "template": _template("variants"),
        "x": "variant",
        "y": measure,
        "title": title,
        "y_label": title,
    }
    stage = {
        "wdir": "..",
        "desc": "Run the pipeline under every setting of params.yaml: variants",
        "cmd": f"PYTHONPATH={UP} python -m stages.variants",
        "params": ["variants", *_sections_of(stages)],
        "deps": [*SOURCES_OF[problem], *_up(_files_of_all(modules))],
        "outs": [{"metrics/variants.json": {"cache": False}}],
        "plots": [{"plots/variants.csv": plot}],
    }
    return {"variants": stage}


def code_of(module: str) -> list[str]:
    """Return the packages and files of the project that a module imports, directly or not."""
    return sorted({_dependency(Path(path)) for path in files_of(module)})


def files_of(module: str) -> list[str]:
    """Return the files of the project that a module imports, directly or not.

    A problem depends on files: no .dvcignore reaches beyond its project, so a folder would count
    whatever Python caches in it.
    """
    files = imported_files(_file_of(module))
    return sorted(path.relative_to(ROOT).as_posix() for path in files)


def imported_files(module: Path) -> set[Path]:
    """Return the files of the project that a module imports, directly or not, itself included."""
    known: set[Path] = set()
    waiting = [module]
    while waiting:
        path = waiting.pop()
        if path.is_file() and path not in known:
            known.add(path)
            waiting += [_file_of(name) for name in _imported_names(path)]
    return known


def _sections_of(stages: dict[str, Any]) -> list[str]:
    """Return the sections of params.yaml that stages depend on, each once, in their order."""
    sections: dict[str, None] = {}
    for stage in stages.values():
        whole = [key for key in stage["params"] if "." not in key]
        sections |= dict.fromkeys(whole)
    return list(sections)


def _files_of_all(modules: Iterable[str]) -> list[str]:
    paths: set[str] = set()
    for module in modules:
        paths |= set(files_of(module))
    return sorted(paths)


@functools.cache  # most stages import most modules
def _imported_names(module: Path) -> tuple[str, ...]:
    """Return what a module imports, wherever in it; a name may be of a module or of a value."""
    names: list[str] = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return tuple(names)


def _file_of(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def _dependency(path: Path) -> str:
    """Return the room of a file, or the file itself if a stage uses only few files of the room."""
    room = path.parent.as_posix()
    return path.as_posix() if room in FILE_BY_FILE else room


def _data_of(deps: Iterable[str]) -> list[str]:
    """Return the dependencies that are no code."""
    data = []
    for dep in deps:
        from_root = dep.removeprefix(f"{UP}/")
        if not from_root.startswith(CODE):
            data.append(dep)
    return data


def _below(stage: dict[str, Any]) -> dict[str, Any]:
    """Return a stage of the root as it runs in the folder of a problem."""
    own = deepcopy(stage)
    module = module_of(own["cmd"])
    own["cmd"] = f"PYTHONPATH={UP} python -m {module}"
    own["deps"] = [*_data_of(own["deps"]), *_up(files_of(module))]
    for plot in own.get("plots", []):
        for properties in plot.values():
            properties["template"] = _template(properties["template"])
    return own


def _template(name: str) -> str:
    return f"{UP}/.dvc/plots/{name}.json"


def _up(paths: Iterable[str]) -> list[str]:
    return [f"{UP}/{path}" for path in paths]


def _yaml() -> YAML:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    return yaml


def _text(content: Any) -> str:
    stream = io.StringIO()
    _yaml().dump(content, stream)
    return stream.getvalue()


if __name__ == "__main__":
    main()
