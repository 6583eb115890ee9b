r"""$\sigma = \langle c, f \rangle$ -> MathML: formulas that need no script; what cannot be converted is a warning of Sphinx."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)
CONVERTER = LatexToMathML(fancy_error=False)
PRIMED = re.compile(r"<msup>(<mi[^>]*>[^<]*</mi>)<mo>([′″‴])</mo></msup>")
"""The font draws a prime raised; browsers would raise it once more."""

MARKS = (",", ".", ";", ":", ")", "?")


@cache
def convert(tex: str, display: bool) -> str:
    """The `math` element of a formula.

    Raises
    ------
    LatexError
        A command that is not known, or brackets that do not match.
    """
    found = CONVERTER.convert_with_local_state(tex, displaystyle=display)
    return PRIMED.sub(r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', found)


def visit_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    writer.body.append(_converted(node, display=False))
    raise nodes.SkipNode


def attach(app: Sphinx, doctree: nodes.document) -> None:
    """A line may end on either side of a formula: not before a comma that follows it."""
    for formula in list(doctree.findall(nodes.math)):
        place = formula.parent.index(formula)
        following = next(iter(formula.parent.children[place + 1 :]), None)
        if isinstance(following, nodes.Text) and following.startswith(MARKS):
            together = nodes.inline("", "", formula.deepcopy(), nodes.Text(following[0]), classes=["nobreak"])
            formula.parent[place : place + 2] = [together, nodes.Text(following[1:])]


def visit_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own, which scrolls where the screen is narrow; with its number where it has one."""
    writer.body.append(writer.starttag(node, "div", CLASS="formula"))
    if node["number"]:
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({number})</span>')
    writer.body.append(f"{_converted(node, display=True)}</div>\n")
    raise nodes.SkipNode


def _converted(node: nodes.Node, display: bool) -> str:
    try:
        return convert(node.astext(), display)
    except LatexError as error:
        LOG.warning("a formula cannot be converted: %s in %r", error, node.astext(), location=node)
        return f"<code>{escape(node.astext())}</code>"


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the renderer under the name `mathml`, and what keeps marks with formulas."""
    app.connect("doctree-read", attach)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
