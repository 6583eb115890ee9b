"""normal(lhs - rhs) = 0: the normal form of a lowered expression, and the zero test that holds for every n and d."""

from __future__ import annotations

import sympy as sp
from sympy import QQ

from resmax_sym.lang.elementary import RULES, root
from resmax_sym.lang.expr import LanguageError
from resmax_sym.lang.polynomial import (
    UNIT,
    Polynomial,
    TooLarge,
    add,
    atom,
    constant,
    key,
    leading,
    merge,
    multiply,
    power,
)
from resmax_sym.lang.summation import exponential, summation

MAX_STEPS = 2000


def normal(expr: sp.Expr) -> Polynomial:
    """The normal form of a SymPy expression built by `Lowering`.

    Raises
    ------
    TooLarge, Singular
        The expansion is too large, or the expression divides by zero everywhere.
    """
    return _Normalizer().read(expr)


def is_zero(p: Polynomial) -> bool:
    """Whether `p` vanishes as a rational function of its atoms: denominators are multiplied out."""
    for _ in range(MAX_STEPS):
        p = reduce(p)
        denominators: dict = {}
        for m in p:
            for a, e in m:
                if a[0] == "rec":
                    denominators[a] = max(denominators.get(a, 0), e)
        if not p or not denominators:
            return not p
        a, e = min(denominators.items(), key=lambda item: len(item[0][1]))
        p = _clear(p, a, e)
    raise TooLarge("the denominators nest too deeply")


def _clear(p: Polynomial, rec: tuple, exponent: int) -> Polynomial:
    """p * argument^exponent, where rec = 1/argument occurs to at most that power."""
    argument = dict(rec[1])
    powers = {0: {UNIT: QQ(1)}}
    for k in range(1, exponent + 1):
        powers[k] = multiply(powers[k - 1], argument)
    result: Polynomial = {}
    for m, c in p.items():
        own = dict(m).get(rec, 0)
        rest = frozenset((a, e) for a, e in m if a != rec)
        result = add(result, multiply({rest: c}, powers[exponent - own]))
    return result


def reduce(p: Polynomial) -> Polynomial:
    """p with every (1/P) * lead(P) replaced by 1 - (1/P) * (P - lead(P)): partial fractions in one denominator."""
    done: Polynomial = {}
    for _ in range(MAX_STEPS):
        todo: Polynomial = {}
        for m, c in p.items():
            step = _reduce_monomial(m)
            if step is None:
                done = add(done, {m: c})
            else:
                todo = add(todo, step, c)
        if not todo:
            return done
        p = todo
    raise TooLarge("the partial fractions do not end")


def _reduce_monomial(m: frozenset) -> Polynomial | None:
    exponents = dict(m)
    for a in exponents:
        if a[0] == "rec":
            argument = dict(a[1])
            lead = leading(argument)
            if all(exponents.get(b, 0) >= e for b, e in lead):
                quotient = merge(m, frozenset((b, -e) for b, e in lead))
                smaller = {n: -c for n, c in argument.items() if n != lead}
                without = merge(quotient, frozenset([(a, -1)]))
                return add({without: QQ(1)}, multiply({quotient: QQ(1)}, smaller))
    return None


class _Normalizer:
    def __init__(self) -> None:
        self.done: dict[sp.Expr, Polynomial] = {}

    def read(self, e: sp.Expr) -> Polynomial:
        if e not in self.done:
            self.done[e] = self.fresh(e)
        return self.done[e]

    def fresh(self, e: sp.Expr) -> Polynomial:
        if e.is_Rational:
            return constant(QQ(e.p, e.q))
        if e.is_Symbol or e is sp.pi:
            return atom(("s", str(e)))
        if isinstance(e, sp.Indexed):
            return atom(("v", e.base.label.name, *map(str, e.indices)))
        if e.is_Add:
            result: Polynomial = {}
            for arg in e.args:
                result = add(result, self.read(arg))
            return result
        if e.is_Mul:
            result = {UNIT: QQ(1)}
            for arg in e.args:
                result = multiply(result, self.read(arg))
            return result
        if isinstance(e, sp.KroneckerDelta):
            return atom(("d", *sorted(map(str, e.args))))
        if isinstance(e, sp.Sum):
            body = reduce(self.read(e.function))
            for index, _, size in e.limits:
                body = reduce(summation(body, {str(index): str(size)}))
            return body
        if isinstance(e, sp.exp) or e is sp.E:
            return self.exp(e)
        if e.is_Pow:
            return self.pow(e)
        rule = RULES.get(type(e))
        if rule is None:
            raise LanguageError(f"no normal form for {type(e).__name__}")
        return rule(*(reduce(self.read(arg)) for arg in e.args))

    def exp(self, e: sp.Expr) -> Polynomial:
        argument = reduce(self.read(e.args[0])) if e.args else {UNIT: QQ(1)}
        return exponential(argument)

    def pow(self, e: sp.Expr) -> Polynomial:
        base, exponent = e.args
        if exponent.is_Integer:
            if abs(int(exponent)) > 1000:
                raise TooLarge(f"the exponent {exponent}")
            return power(self.read(base), int(exponent))
        p = reduce(self.read(base))
        if exponent.is_Rational:
            return power(root(p, exponent.q), exponent.p)
        return atom(("fn", "pow", key(p), key(reduce(self.read(exponent)))))
