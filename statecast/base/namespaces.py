"""Import modules that only name what others define when they are first used.

``import tensorflow`` loads some three hundred modules of ``tensorflow._api`` (``tf.data``,
``tf.compat.v1``, ``tf.lite`` ...), and these load half of TensorFlow. They define nothing and
register nothing: each names what ``tensorflow.python`` defines. So a module of them may wait until
somebody asks for one of its names. ``scipy.special`` is another one: it names the functions of its
modules.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

LOADER = "__loader_of_names__"  # an attribute of a namespace until it is loaded

_lock = RLock()  # TensorFlow imports nothing that asks a namespace, so no thread waits for ever


class Namespace(ModuleType):
    """A module that is executed when somebody first asks for a name that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        """Execute the module, and return what it then has under the name."""
        if _is_of_import(name):  # ``import`` and ``inspect`` ask for these and need no content
            raise AttributeError(name)
        self._load()
        return ModuleType.__getattribute__(self, name)

    def __dir__(self) -> list[str]:
        """Execute the module, and return its names."""
        self._load()
        return list(ModuleType.__dir__(self))

    def _load(self) -> None:
        with _lock:
            loader = self.__dict__.pop(LOADER, None)
            if loader is not None:  # else it is loaded, or just now by this thread
                loader.exec_module(self)


class _NamespaceLoader(Loader):
    """Make a namespace that keeps the loader of its content."""

    def __init__(self, content: Loader) -> None:
        self._content = content

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Namespace(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, LOADER, self._content)


class _NamespaceFinder(MetaPathFinder):
    """Find modules whose names are of a pattern as namespaces."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fnmatchcase(name, self.pattern):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _NamespaceLoader(spec.loader)
        return spec


def load_when_used(pattern: str) -> None:
    """Let modules that only name what others define be executed when they are first used.

    Args:
        pattern: of their names, ``package.*`` say. Modules that are imported already stay as they
            are.

    """
    finders = [finder for finder in sys.meta_path if isinstance(finder, _NamespaceFinder)]
    if pattern not in [finder.pattern for finder in finders]:
        sys.meta_path.insert(0, _NamespaceFinder(pattern))


@contextmanager
def hidden(names: Sequence[str]) -> Iterator[None]:
    """Let packages that nobody has imported so far look as if they were not installed."""
    new = [name for name in names if name not in sys.modules]
    nothing: dict[str, Any] = dict.fromkeys(new)  # reads as: not installed
    sys.modules.update(nothing)
    try:
        yield
    finally:
        for name in new:
            del sys.modules[name]


def _is_of_import(name: str) -> bool:
    return name.startswith("__") and name != "__all__"
