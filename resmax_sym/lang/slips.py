"""`f^2` -> `**`: what was probably meant by a text that is not in the language, in the words of the error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

ELSEWHERE = {
    "cos": "", "det": "", "dot": "inner(a, b)", "gradient": "grad(L)", "hessian": "hess(L)",
    "inv": "solve(M, v) for M^-1 v", "jacobian": "D(t)", "lambda_max": "eigmax(M)", "lambda_min": "eigmin(M)",
    "len": "the sizes n, d, m", "ln": "log(s)", "matmul": "A @ x", "maximum": "max(a, b)", "mean": "sum(x) / d",
    "minimum": "min(a, b)", "nabla": "grad(L)", "norm2": "norm(x) or opnorm(A)",
    "phi": "u, v or w, which are the unit and its slopes at t", "power": "s**2", "relu": "max(s, 0)",
    "sigmoid": "1 / (1 + exp(-s))", "sin": "", "softmax": "u / sum(u) with the unit exp(s), which is f",
    "softplus": "log(1 + exp(s))", "square": "s**2", "tr": "trace(M)", "transpose": "A.T",
}  # fmt: skip
"""Names of other languages, and how this one says it; an empty text where it does not."""

SIGNS = {"≤": "<=", "≥": ">=", "·": "*", "×": "*", "−": "-", "²": "**2", "ᵀ": ".T", "√": "sqrt(s)", "‖": "norm(x)"}
"""Characters beyond ASCII, and how the language writes them."""

SYNTAX = (
    (re.compile(r"\b(lambda|in|is|if|for)\b"), "this word cannot be a name, choose another such as lam"),
    (re.compile(r"[<>=!]\s+="), "a relation is one of == <= >= < >, without a space"),
    (re.compile(r"(?<![=<>!])=(?!=)"), "equality is =="),
    (re.compile(r"['`]"), "the transpose is A.T"),
    (re.compile(r"\|"), "norms are norm(x) and opnorm(A), absolute values abs(s)"),
    (
        re.compile(r"(?<![A-Za-z_\d.])\d+(\.\d+)?\s*[A-Za-z(]|\)\s*[A-Za-z(]"),
        "a product is written with *, a matrix product with @",
    ),
)
NODES = (
    (re.compile(r"\^\s*T\b"), "the transpose is A.T"),
    (re.compile(r"\^"), "a power is written with **"),
    (re.compile(r"\b(and|or|not)\b"), "each relation is a claim or an assumption of its own"),
    (re.compile(r"\.\w"), "the transpose .T is the only attribute; functions are called as norm(x)"),
    (re.compile(r"\["), "entries have no name; a claim about each entry is one about the vector"),
)


def of_text(text: str) -> str:
    """The hint for a text that cannot be read at all, or nothing."""
    return _first(SYNTAX, text)


def of_sign(char: str) -> str:
    """How a character beyond ASCII is written."""
    return f"in ASCII it is {SIGNS[char]}" if char in SIGNS else "write names such as alpha in ASCII"


def of_part(text: str) -> str:
    """The hint for a part that is read and is not in the language, or nothing."""
    return _first(NODES, text)


def of_name(name: str, known: Mapping[str, object]) -> str:
    """The hint for a name that the language does not have: how it says this, or what `nearest` finds."""
    said = ELSEWHERE.get(name.lower())
    return (
        nearest(name, known) if said is None else f"; write {said}" if said else "; the language has no such function"
    )


def nearest(name: str, known: Mapping[str, object]) -> str:
    """A hint: the known name that `name` may have meant, or the list of names if it is short."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known names: {', '.join(sorted(known))}" if len(known) <= 40 else ""


def _first(slips: tuple[tuple[re.Pattern, str], ...], text: str) -> str:
    return next((f"; {hint}" for pattern, hint in slips if pattern.search(text)), "")
