r"""Expr -> LaTeX: \nabla L = A^\top q, as a reader of the papers would write it."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.lang.expr import Expr
from resmax_sym.lang.relation import Relation
from resmax_sym.lang.text import head, is_hessian

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau",
    "psi", "omega",
}  # fmt: skip
RELATION = {"==": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}
UPRIGHT = {"exp", "log", "cosh", "sinh", "tanh", "max", "min"}
SUM, PRODUCT, POWER, ATOM = 1, 2, 4, 9
SMALL, PLACES = 10, 12
"""Denominators that stay fractions; places of a decimal at most."""


def to_latex(thing: Expr | Relation) -> str:
    """The formula in LaTeX, without dollar signs."""
    if isinstance(thing, Relation):
        parts = [to_latex(arg) for arg in thing.args]
        if thing.op in RELATION:
            return f"{parts[0]} {RELATION[thing.op]} {parts[1]}"
        if thing.op == "psd":
            return rf"{parts[0]} \succeq 0"
        name = thing.op.replace("_", r"\_")
        return rf"\operatorname{{{name}}}({', '.join(parts)})"
    return _latex(thing)[0]


def identifier(name: str) -> str:
    """alpha -> \\alpha, A1 -> A_{1}, L_tot -> L_{\\mathrm{tot}}."""
    stem, _, suffix = name.partition("_")
    if not stem:
        return rf"\mathrm{{{name}}}".replace("_", r"\_")
    if not suffix and stem[-1].isdigit() and len(stem) > 1:
        stem, suffix = stem.rstrip("0123456789"), stem[len(stem.rstrip("0123456789")) :]
    body = f"\\{stem}" if stem in GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return body if not suffix else rf"{body}_{{\mathrm{{{suffix}}}}}" if suffix.isalpha() else rf"{body}_{{{suffix}}}"


def _number(value: Fraction) -> tuple[str, int]:
    """A fraction with a small denominator, a decimal where that is short and exact, any other fraction."""
    num, den = value.numerator, value.denominator
    strength = ATOM if num >= 0 else SUM
    if den == 1:
        return str(num), strength
    places = next((k for k in range(PLACES + 1) if 10**k % den == 0), None)
    if den <= SMALL or places is None:
        return (rf"\tfrac{{{num}}}{{{den}}}", PRODUCT) if num > 0 else (rf"-\tfrac{{{-num}}}{{{den}}}", SUM)
    whole, digits = divmod(abs(num) * 10**places // den, 10**places)
    return f"{'-' * (num < 0)}{whole}.{digits:0{places}d}", strength


def _signed(e: Expr) -> bool:
    """-2, or a product or quotient that begins with it: the sign stands before the whole."""
    return e.data < 0 if e.op == "number" else e.op in ("mul", "div") and _signed(e.args[0])


def _latex(e: Expr) -> tuple[str, int]:
    """LaTeX and binding strength."""
    args = e.args
    match e.op:
        case "number":
            return _number(e.data)
        case "symbol" | "named" | "size":
            return identifier(str(e.data)), ATOM
        case "pi":
            return r"\pi", ATOM
        case "ones":
            return r"\mathbf 1", ATOM
        case "eye":
            return "I", ATOM
        case "add" | "sub":
            left, right = _wrap(args[0], SUM), _wrap(args[1], SUM if e.op == "add" else PRODUCT)
            return f"{left} {'+' if e.op == 'add' else '-'} {_bracket_minus(right)}", SUM
        case "neg":
            return f"-{_wrap(args[0], PRODUCT)}", SUM
        case "mul":
            sign = r" \odot " if args[0].shape and args[1].shape else r" \cdot " if args[1].op == "number" else r" \, "
            left, strength = _latex(args[0])
            if strength >= PRODUCT or not _signed(args[0]):
                left, strength = _wrap(args[0], PRODUCT), PRODUCT
            return left + sign + _wrap(args[1], PRODUCT + 1), strength
        case "matmul":
            if args[0].ndim == args[1].ndim == 1:
                return rf"\langle {_latex(args[0])[0]}, {_latex(args[1])[0]} \rangle", ATOM
            left = _wrap(args[0], POWER + 1) + r"^\top" if args[0].ndim == 1 else _wrap(args[0], PRODUCT)
            return f"{left} {_wrap(args[1], PRODUCT + 1)}", PRODUCT
        case "div":
            above, below = (_latex(part)[0] for part in args)
            if _signed(args[0]):
                return rf"-\frac{{{above[1:]}}}{{{below}}}", SUM
            return rf"\frac{{{above}}}{{{below}}}", PRODUCT
        case "pow":
            circ = r"\circ " if args[0].shape else ""
            return f"{_wrap(args[0], POWER + 1)}^{{{circ}{_latex(args[1])[0]}}}", POWER
        case "transpose":
            return rf"{_wrap(args[0], POWER + 1)}^\top", POWER
        case "outer":
            return rf"{_wrap(args[0], PRODUCT + 1)} {_wrap(args[1], POWER + 1)}^\top", PRODUCT
        case "phi":
            return rf"\varphi{chr(39) * e.data}({_latex(args[0])[0]})", ATOM
        case "D":
            return _derivative(e)
        case "at":
            return rf"\left. {_wrap(args[0], PRODUCT)} \right|_{{{e.data}}}", PRODUCT
        case "solve":
            return rf"{_wrap(args[0], POWER + 1)}^{{-1}} {_wrap(args[1], PRODUCT + 1)}", PRODUCT
    return _function(e), ATOM


def _function(e: Expr) -> str:
    inside = ", ".join(_latex(arg)[0] for arg in e.args)
    match head(e):
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "inner":
            return rf"\langle {inside} \rangle"
        case "norm" | "norm1" | "norminf" | "opnorm" | "fro" as name:
            lower = {"norm": "", "norm1": "_1", "norminf": r"_\infty", "opnorm": "", "fro": "_F"}[name]
            return rf"\lVert {inside} \rVert{lower}"
        case "abs":
            return rf"\lvert {inside} \rvert"
        case "sum":
            return rf"\langle {inside}, \mathbf 1 \rangle"
        case "eigmin" | "eigmax" as name:
            return rf"\lambda_{{\{name[3:]}}}({inside})"
        case "trace":
            return rf"\operatorname{{tr}}({inside})"
        case name:
            return (rf"\{name}" if name in UPRIGHT else rf"\operatorname{{{name}}}") + f"({inside})"


def _derivative(e: Expr) -> tuple[str, int]:
    lower = "" if e.data == "x" else f"_{{{e.data}}}"
    inner = e.args[0]
    if is_hessian(e):
        return rf"\nabla^2{lower} {_wrap(inner.args[0], PRODUCT + 1)}", PRODUCT
    return (r"\nabla" if not inner.shape else "D") + f"{lower} {_wrap(inner, PRODUCT + 1)}", PRODUCT


def _wrap(e: Expr, least: int) -> str:
    text, strength = _latex(e)
    return text if strength >= least else rf"\left({text}\right)"


def _bracket_minus(text: str) -> str:
    return rf"\left({text}\right)" if text.startswith("-") else text
