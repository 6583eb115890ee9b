"""A page for each package of the public API: what `__all__` names, with types, from the docstrings."""

from __future__ import annotations

import inspect
import re
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from sphinx.pycode import ModuleAnalyzer

PACKAGES = ("lang", "models", "judge", "codegen", "solve", "report")
CODE = re.compile(r"`+[^`\n]+`+|\$[^$\n]+\$")
DEFAULT = re.compile(r"<(?:(\w+\.\w+): [^>]*|[^<>]*)>")
TYPED = re.compile(r"^(\s*[A-Za-z_][\w\\, ]*) : ([^`:]+)$")
"""A parameter and its type in words, in which `shape` is a word and not a name to be looked up."""

SPECIAL = re.compile(r"([*|\\`])|(?<=\w)(_)(?=\W|$)")


def page(name: str) -> str:
    """The page of `resmax_sym.NAME`, in reStructuredText."""
    module = import_module(f"resmax_sym.{name}")
    full = module.__name__
    head = [full, "=" * len(full), "", f".. automodule:: {full}", "   :no-members:", ""]
    names = sorted(public(module), key=lambda one: (_rank(getattr(module, one)), one))
    table = [".. list-table::", "", *(_row(module, one) for one in names), ""]
    return "\n".join([*head, *table, *(_documented(module, one) for one in names)])


def _rank(value: Any) -> int:
    """What is called comes first, then what that gives and takes, then data."""
    return 0 if inspect.isroutine(value) else 1 if inspect.isclass(value) else 2


def public(module: ModuleType) -> list[str]:
    """The names of a package; for a module without `__all__`, those that are defined there."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return [name for name in own if not name.startswith("_")]


def _row(module: ModuleType, name: str) -> str:
    """A name that leads to its entry, and the first paragraph of what is said there."""
    said = _line(" ".join(_text(module, name).strip().partition("\n\n")[0].split()))
    return f"   * - :py:obj:`{name} <{module.__name__}.{name}>`\n     - {said}"


def _text(module: ModuleType, name: str) -> str:
    value = getattr(module, name)
    if _documents_itself(value):
        return inspect.getdoc(value) or ""
    return " ".join(comment(module, name)) or type(value).__name__


def _documents_itself(value: Any) -> bool:
    """The docstring of any other value is that of its class."""
    return inspect.isclass(value) or inspect.isroutine(value)


def _documented(module: ModuleType, name: str) -> str:
    value = getattr(module, name)
    if inspect.isclass(value):
        return f".. autoclass:: {name}\n   :members:\n"
    if inspect.isroutine(value):
        return f".. autofunction:: {name}\n"
    said = " ".join(_line(line) for line in comment(module, name))
    shown = _sentences(value) or ("" if said else f"``{value!r}``")
    body = "\n\n   ".join(filter(None, [said, shown]))
    return f".. py:data:: {name}\n   :type: {type(value).__name__}\n\n   {body}\n"


def _sentences(value: Any) -> str:
    """A table of texts line by line; nothing for any other value."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return ""
    return "\n   ".join(f"* ``{getattr(key, 'name', key)}``: {_line(text)}" for key, text in value.items())


def comment(package: ModuleType, name: str) -> list[str]:
    """The docstring below an assignment, in whatever module of the package it stands; a value itself has that of its class."""
    for full, module in list(sys.modules.items()):
        if full.startswith(f"{package.__name__}.") and re.search(
            rf"^{name}\b.*=", inspect.getsource(module), re.MULTILINE
        ):
            said = ModuleAnalyzer.for_module(full).find_attr_docs().get(("", name))
            if said:
                return said
    return []


def plain(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Docstrings are text with code between backquotes and formulas between dollars: the rest of the markup is taken as it stands."""
    example = False
    for k, line in enumerate(lines):
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))  # down to the next empty line
        if not example:
            lines[k] = TYPED.sub(r"\1 : *\2*", _line(line))


def signature(app: Any, what: str, name: str, thing: Any, options: Any, text: str | None, returns: str | None) -> Any:
    """Defaults that are no Python, as Sphinx could not tell where they end."""
    return (DEFAULT.sub(lambda found: found.group(1) or "...", text) if text else text), returns


def _line(line: str) -> str:
    parts, place = [], 0
    for found in CODE.finditer(line):
        parts += [_escaped(line[place : found.start()]), _code(found.group())]
        place = found.end()
    return "".join([*parts, _escaped(line[place:])])


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda found: "\\" + found.group(), text)


def _code(text: str) -> str:
    return f":math:`{text.strip('$')}`" if text.startswith("$") else f"``{text.strip('`')}``"
