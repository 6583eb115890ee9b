"""q = v * psi / alpha, sigma = <c, f>, ...: closed forms as straight-line steps over rows, with reductions in sweeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sympy as sp

from resmax_sym.codegen.printer import Dot, FullLike, Largest, Total
from resmax_sym.codegen.stable import SHIFT, Stable
from resmax_sym.lang import Expr, LanguageError, S

T = sp.Symbol("t", real=True)
ROWS = ("t", "b", "omega")
"""What each row brings along."""

CHEAP = (sp.Max, sp.Min, sp.Abs, sp.sign)


def share(expressions: list[sp.Expr], rows: sp.Symbol) -> tuple[dict[str, sp.Expr], list[sp.Expr]]:
    """Elementary functions that occur more than once become steps: `scale` where it is a number, `e` where a vector.

    Parameters
    ----------
    rows
        The vector that the expressions are functions of.
    """
    calls = [f for e in expressions for f in sp.preorder_traversal(e) if isinstance(f, sp.Function)]
    often = {f for f in calls if calls.count(f) > 1 and not isinstance(f, CHEAP)}
    vectors = sorted((f for f in often if f.has(rows)), key=sp.default_sort_key)
    names = dict(zip(vectors, ["e"] if len(vectors) == 1 else [f"e{k + 1}" for k in range(len(vectors))], strict=True))
    names |= {f: "scale" for f in often if f == sp.exp(-SHIFT)}
    inner_first = sorted(names, key=lambda f: (sp.count_ops(f), names[f]))
    steps: dict[str, sp.Expr] = {}
    known: dict[sp.Expr, sp.Symbol] = {}
    for f in inner_first:
        steps[names[f]] = f.func(*(arg.xreplace(known) for arg in f.args))
        known[f] = sp.Symbol(names[f], real=True)
    return steps, [e.xreplace(known) for e in expressions]


@dataclass
class Program:
    """The named steps that some formulas need.

    Attributes
    ----------
    steps : name -> SymPy expression over names
        Vectors and scalars in an order in which each uses only what stands before it.
    reductions : name -> a sum or maximum over rows
    """

    stable: Stable
    steps: dict[str, sp.Expr] = field(default_factory=dict, init=False)
    reductions: dict[str, sp.Expr] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.stable.exponent is not None:
            self.reductions[SHIFT.name] = Largest(self.stable.exponent.xreplace({S: T}))
        steps, self.derivatives = share([e.xreplace({S: T}) for e in self.stable.derivatives], T)
        self.steps |= steps

    def read(self, e: Expr) -> sp.Expr:
        """A scalar or vector formula over names; what it names is added to the program.

        Raises
        ------
        LanguageError
            An operation that has no place in straight-line code over rows.
        """
        args = e.args
        match e.op:
            case "number":
                return sp.Rational(e.data.numerator, e.data.denominator)
            case "symbol" if e.data in ROWS:
                return sp.Symbol(e.data, real=True)
            case "ones":
                return sp.Integer(1)
            case "named":
                return self.name(e)
            case "inner":
                return self.reduce(Dot(*map(self.read, args)), args)
            case "sum":
                return self.reduce(Total(self.read(args[0])), args)
            case "norm":
                return sp.sqrt(self.reduce(Dot(*[self.read(args[0])] * 2), args * 2))
            case "pow" if args[0].op == "norm" and args[1].op == "number" and args[1].data == 2:
                return self.read(args[0]) ** 2
            case "add" | "sub" | "mul" | "div" | "pow":
                a, b = map(self.read, args)
                return {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b, "pow": a**b}[e.op]
            case "neg":
                return -self.read(args[0])
        raise LanguageError(f"no straight-line code for {e!r}")

    def name(self, e: Expr) -> sp.Symbol:
        """A named quantity: defined once, used by name."""
        symbol = sp.Symbol(e.data, real=True)
        if e.data == "t" or e.data in self.steps or e.data in self.reductions:
            return symbol
        (definition,) = e.args
        if definition.op == "phi":
            value = self.derivatives[definition.data]
            self.steps[e.data] = value if self.is_vector(value) else FullLike(T, value)
        elif definition.op in ("inner", "sum"):
            make = Dot if definition.op == "inner" else Total
            self.reductions[e.data] = make(*map(self.read, definition.args))
        else:
            self.steps[e.data] = self.read(definition)
        return symbol

    def is_vector(self, e: sp.Expr) -> bool:
        """Whether a step has a value per row."""
        names = {s.name for s in e.free_symbols}
        return bool(names & set(ROWS)) or any(self.is_vector(self.steps[name]) for name in names & self.steps.keys())

    def reduce(self, reduction: sp.Expr, args: tuple[Expr, ...]) -> sp.Symbol:
        """A reduction without a name of its own, called after what it reduces: <f, f> is sq_f, sum(f) is sum_f."""
        for name, known in self.reductions.items():
            if known == reduction:
                return sp.Symbol(name, real=True)
        stem = "_".join(node.data for node in _leaves(args[0]))
        if len(args) == 1:
            stem = f"sum_{stem}"
        elif args[0] == args[1]:
            stem = f"sq_{stem}"
        else:
            stem = "_".join([stem, *(node.data for node in _leaves(args[1]))])
        name, count = stem, 1
        while name in self.reductions or name in self.steps:  # <f**2, b> has the leaves of <f, b>
            count += 1
            name = f"{stem}_{count}"
        self.reductions[name] = reduction
        return sp.Symbol(name, real=True)

    def needed(self, outputs: Iterable[sp.Expr], given: Iterable[str]) -> list[tuple[sp.Symbol, sp.Expr]]:
        """The steps, in order, that compute `outputs` from `given`."""
        want: set[str] = set()
        stack = list(outputs)
        while stack:
            for symbol in stack.pop().free_symbols:
                if symbol.name in self.steps and symbol.name not in want | set(given):
                    want.add(symbol.name)
                    stack.append(self.steps[symbol.name])
        return [(sp.Symbol(name, real=True), expr) for name, expr in self.steps.items() if name in want]

    def inputs(self, name: str) -> set[str]:
        """The reductions that the reduction `name` waits for."""
        steps = self.needed([self.reductions[name]], ())
        symbols = {s.name for _, expr in steps for s in expr.free_symbols}
        return (symbols | {s.name for s in self.reductions[name].free_symbols}) & self.reductions.keys()

    def sweeps(self) -> list[tuple[str, list[str]]]:
        """The reductions in passes over the rows: ("max" or "sum", names), each using only earlier passes."""
        left, known, passes = dict.fromkeys(self.reductions), set(), []
        while left:
            ready = [name for name in left if self.inputs(name) <= known]
            largest = [name for name in ready if isinstance(self.reductions[name], Largest)]
            now = largest or ready
            passes.append(("max" if largest else "sum", now))
            known |= set(now)
            for name in now:
                del left[name]
        return passes


def _leaves(e: Expr) -> list[Expr]:
    """The names in a formula, in reading order, without looking inside definitions."""
    if e.op in ("named", "symbol"):
        return [e]
    return [leaf for arg in e.args for leaf in _leaves(arg)]
