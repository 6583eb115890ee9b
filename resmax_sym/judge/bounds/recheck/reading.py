"""{"rule": "triangle inequality", "kind": "norm", "subject": "f - b", "bound": "2", "premises": [3, 5]} -> Step; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resmax_sym.judge.bounds.poly import Poly, Unbounded
from resmax_sym.judge.bounds.recheck.context import HALF, NORMS, Context
from resmax_sym.lang import Expr, LanguageError, ParseError, Relation
from resmax_sym.lang.parser import _Parser

MAX_TEXT = 200_000
PHI = re.compile(r"phi(\d)")
NDIM = {
    "lo": (0, 1), "hi": (0, 1), "pos": (0, 1), "inv": (0, 1), "abs": (0,), "total": (1,), "norm1": (1,), "norm": (1,),
    "norminf": (1,), "opnorm": (2,), "fro": (2,), "qlo": (2,), "qhi": (2,),
}  # fmt: skip
"""Kind of fact -> how many indices its subject has."""


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a derivation, as read."""

    number: int
    rule: str
    kind: str
    subject: Expr | Relation
    bound: Poly
    premises: tuple[Step, ...]


class Text(_Parser):
    """The language of claims with `phik(s)`, `hull(a, b)` and `ratio(p, q)`, which only derivations may use."""

    def call(self, node: ast.Call, name: str, args: list[ast.expr], depth: int) -> Expr | Relation:
        order = PHI.fullmatch(name)
        if order is None and name not in ("hull", "ratio"):
            return super().call(node, name, args, depth)
        values = [self.value(arg, depth + 1) for arg in args]
        if len(values) != (1 if order else 2) or values[0].ndim > 1 or values[0].shape != values[-1].shape:
            self.fail(node, f"wrong arguments for {name}")
        if order:
            return Expr("phi", tuple(values), values[0].shape, int(order[1]))
        if name == "hull":
            return Expr("hull", tuple(values), values[0].shape)
        if any(value.op != "number" for value in values) or not values[1].data:
            self.fail(node, "ratio takes two numbers")
        return Expr("number", data=Fraction(values[0].data) / values[1].data)


class Reader:
    """Reads steps over the names of a claim."""

    def __init__(self, names: Mapping[str, Expr], context: Context) -> None:
        self.names, self.context = names, context
        self.subjects: dict[str, Expr] = {}
        self.terms: dict[str, Poly] = {}

    def subject(self, text: str) -> Expr:
        if text not in self.subjects:
            found = Text(text, self.names).expression()
            if isinstance(found, Relation):
                raise ParseError(f"expected a formula, got {text!r}")
            self.subjects[text] = found
        return self.subjects[text]

    def relation(self, text: str) -> Relation:
        found = Text(text, self.names).relations()
        if len(found) != 1:
            raise ParseError(f"expected one relation, got {text!r}")
        return found[0]

    def bound(self, text: str) -> Poly:
        """A sum of terms; each different term is read once."""
        if len(text) > MAX_TEXT:
            raise ParseError("a bound is too long")
        total: dict = {}
        for sign, term in signed_terms(text):
            if term not in self.terms:
                self.terms[term] = self.polynomial(Text(term, self.names), None)
            for m, c in self.terms[term].items:
                total[m] = total.get(m, 0) + sign * c
        return Poly.of(total)

    def polynomial(self, text: Text, node: ast.AST | None) -> Poly:
        """Arithmetic of polynomials over a syntax tree."""

        def go(node: ast.AST) -> Poly:
            match node:
                case ast.Constant(value=int(value)) if type(value) is int:
                    return Poly.number(value)
                case ast.Name(id=name) if name in self.names and not self.names[name].shape:
                    return self.context.value(self.names[name])
                case ast.UnaryOp(op=ast.USub(), operand=a):
                    return -go(a)
                case ast.BinOp(left=a, op=op, right=b) if type(op) in ARITHMETIC:
                    return ARITHMETIC[type(op)](go(a), go(b))
                case ast.Call(func=ast.Name(id="sqrt"), args=[a], keywords=[]):
                    return go(a).power(HALF)
                case ast.Call(func=ast.Name(id="exp"), args=[a], keywords=[]):
                    return go(a).exp()
                case ast.Call(func=ast.Name(id=name)) if name in NORMS or name == "abs":
                    return self.context.value(text.value(node, 1))
            raise ParseError(f"{text.text[:60]!r} is no bound")

        return go(text.tree if node is None else node)

    def steps(self, rows: Sequence[Mapping[str, Any]]) -> list[Step]:
        """The steps, each citing earlier ones only.

        Raises
        ------
        LanguageError
            A step that cannot be read, named by its number.
        """
        found: list[Step] = []
        for number, row in enumerate(rows):
            try:
                found.append(self.step(number, row, found))
            except (LanguageError, KeyError, TypeError, ValueError, ArithmeticError, AssertionError) as error:
                raise LanguageError(f"step {number} cannot be read: {type(error).__name__}: {error}") from None
        return found

    def step(self, number: int, row: Mapping[str, Any], earlier: list[Step]) -> Step:
        rule, kind = row["rule"], row["kind"]
        if kind not in (*NDIM, "==", "given") or not isinstance(rule, str):
            raise ParseError(f"unknown kind {kind!r}")
        if not all(type(k) is int and 0 <= k < number for k in row["premises"]):
            raise ParseError(f"a premise is no earlier step: {row['premises']}")
        premises = tuple(earlier[k] for k in row["premises"])
        if kind in ("==", "given"):
            return Step(number, rule, kind, self.relation(row["subject"]), Poly.number(0), premises)
        e = self.subject(row["subject"])
        if e.ndim not in NDIM[kind] or (kind[0] == "q" and e.shape[0] != e.shape[1]):
            raise ParseError(f"{kind} does not apply to a formula of shape {e.shape}")
        return Step(number, rule, kind, e, self.bound(row["bound"]), premises)


def raised(p: Poly, k: Poly) -> Poly:
    if k.value is None:
        raise Unbounded(f"the exponent {k} is no number")
    return p.power(k.value)


ARITHMETIC: dict[type[ast.operator], Callable[[Poly, Poly], Poly]] = {
    ast.Add: lambda p, q: p + q,
    ast.Sub: lambda p, q: p - q,
    ast.Mult: lambda p, q: p * q,
    ast.Div: lambda p, q: p * q.power(-1),
    ast.Pow: raised,
}


def signed_terms(text: str) -> list[tuple[int, str]]:
    """The terms of `p + q - r` outside parentheses, with their signs."""
    found, depth, start, sign = [], 0, 0, 1
    for mark in re.finditer(r"[()]| [+-] ", text):
        if mark[0] in "()":
            depth += 1 if mark[0] == "(" else -1
        elif not depth:
            found.append((sign, text[start : mark.start()]))
            start, sign = mark.end(), 1 if mark[0] == " + " else -1
    return [*found, (sign, text[start:])]
