"""exp(l) <= exp(s) <= exp(h), |tanh| <= 1, ...: second statements of the rules for elementary functions and the unit."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import OF_NDIM, SIZE, UNITY, ZERO, Case, Fails, states
from resmax_sym.judge.bounds.recheck.context import HALF as ROOT
from resmax_sym.judge.bounds.recheck.identities import differentiable_between, unit_is
from resmax_sym.lang import Expr

HALF = Poly.number(Fraction(1, 2))


@states(
    "exp is positive",
    "cosh is at least 1",
    "a root is nonnegative",
    "an absolute value is nonnegative",
    "step is nonnegative",
)
def signs(c: Case) -> Poly | None:
    """exp > 0, cosh >= 1, sqrt >= 0, |.| >= 0, step >= 0."""
    name = c.step.rule.split()[0]
    c.function({"a": "sqrt", "an": "abs"}.get(name, name))
    c.count(0)
    kinds = ("lo", "pos") if name in ("exp", "cosh") else ("lo",)
    return None if c.among(*kinds) == "pos" else UNITY if name == "cosh" else ZERO


@states("exp increases", "root increases", "log(s) is at most s - 1", "log of at least 1")
def monotone(c: Case) -> Poly:
    """exp and sqrt increase, log(s) <= s - 1, log(s) >= 0 for s >= 1."""
    c.count(1)
    a, kind = c.e.args[0], c.kind
    match c.step.rule, c.function("exp", "sqrt", "log"):
        case "exp increases", "exp":
            return c.premise(0, c.among("lo", "hi"), a).exp()
        case "root increases", "sqrt":
            return c.premise(0, c.among("hi"), a).power(ROOT)
        case "log(s) is at most s - 1", "log":
            return c.premise(0, c.among("hi"), a) - UNITY
        case "log of at least 1", "log":
            c.nonnegative(c.premise(0, c.among("lo"), a) - UNITY)
            return ZERO
    raise Fails(f"no such rule for {kind}")


@states("cosh of the absolute value", "sinh of the absolute value")
def hyperbolic(c: Case) -> Poly:
    """|cosh(s)| <= cosh(r) and |sinh(s)| <= sinh(r) where |s| <= r."""
    c.count(1)
    size = c.among(SIZE[c.e.ndim])
    r = c.premise(0, size, c.e.args[0])
    sign = UNITY if c.function(c.step.rule.split()[0]) == "cosh" else -UNITY
    return HALF * (r.exp() + sign * (-r).exp())


@states("sinh keeps the sign", "tanh keeps the sign")
def odd(c: Case) -> Poly:
    """sinh and tanh are nonnegative where s is."""
    c.count(1)
    c.among("lo")
    c.function(c.step.rule.split()[0])
    c.nonnegative(c.premise(0, "lo", c.e.args[0]))
    return ZERO


@states("tanh is at most 1", "sign is at most 1", "step is at most 1")
def bounded(c: Case) -> Poly:
    """|tanh|, |sign|, |step| <= 1."""
    c.count(0)
    c.function(c.step.rule.split()[0])
    c.among(SIZE[c.e.ndim])
    return UNITY


@states("tanh shrinks", "norm of the absolute value", "max with 0 shrinks", "min with 0 shrinks")
def shrinking(c: Case) -> Poly:
    """|tanh(s)|, | |s| |, |max(s, 0)|, |min(s, 0)| <= |s|."""
    c.count(1)
    name = c.function(*{"norm": ("abs",)}.get(c.step.rule.split()[0], (c.step.rule.split()[0],)))
    if name in ("max", "min"):
        c.need(c.e.args[1].op == "number" and not c.e.args[1].data, "the second argument is not 0")
    c.need(c.e.args[0].shape == c.e.shape, "the argument has another shape")
    return c.premise(0, c.among(*OF_NDIM[c.e.ndim]), c.e.args[0])


@states("absolute value is above")
def above(c: Case) -> Poly:
    """|s| >= s and |s| >= -s."""
    c.count(1)
    c.among("lo")
    c.function("abs")
    p = c.premise(0, ("lo", "hi"), c.e.args[0])
    return p if c.kind_of(0) == "lo" else -p


@states("max of two", "min of two")
def of_two(c: Case) -> Poly | tuple[Poly, ...]:
    """max(a, b) lies above a and b and below what is above both; min the other way round."""
    free = "lo" if c.function(c.step.rule.split()[0]) == "max" else "hi"
    a, b = c.e.args
    c.among("lo", "hi")
    if c.kind == free:
        c.count(1)
        try:
            return c.premise(0, free, a)
        except Fails:
            return c.premise(0, free, b)
    c.count(2)
    return c.premise(0, c.kind, a), c.premise(1, c.kind, b)


@states("unit written out")
def unit(c: Case) -> Poly:
    """phi^(k)(a) is the formula that the premise bounds, whatever a is."""
    c.count(1)
    c.operands("phi")
    form = c.step.premises[0].subject
    c.need(isinstance(form, Expr) and form.shape == c.e.shape, "the premise is no formula of this shape")
    why = unit_is(c.context.model, c.e, form)
    c.need(why is None, str(why))
    return c.premise(0, c.kind, form)


SLOPES = {"exp": "exp", "cosh": "sinh", "sinh": "cosh"}


@states("mean value")
def mean_value(c: Case) -> Poly:
    """||g(a) - g(b)|| <= max |g'| ||a - b||, the maximum over the values between a and b."""
    g, h = c.pair("phi", "call")
    c.need(g.data == h.data and g.ndim <= 1 and len(g.args) == 1, "two different functions")
    kind, (a,), (b,) = c.among(*OF_NDIM[g.ndim]), g.args, h.args
    between = Expr("hull", (a, b), a.shape)
    if g.op == "call" and g.data == "log":
        c.count(3)
        c.nonnegative(c.premise(0, "lo", between))
        return c.premise(1, "inv", between) * c.difference(2, kind, a, b)
    c.count(2)
    if g.op == "phi":
        unit = c.context.model.unit
        c.need(differentiable_between(unit), f"{unit} is not seen to be smooth between any two points of its domain")
        slope = Expr("phi", (between,), a.shape, g.data + 1)
    else:
        c.need(g.data in SLOPES, f"no slope of {g.data} is known")
        slope = Expr("call", (between,), a.shape, SLOPES[g.data])
    return c.premise(0, SIZE[g.ndim], slope) * c.difference(1, kind, a, b)


@states("no expansion")
def contraction(c: Case) -> Poly:
    """|.|, tanh and max(., k), min(., k) with a number k do not expand distances."""
    g, h = c.pair("call")
    c.count(1)
    c.need(g.data == h.data and g.data in ("abs", "tanh", "max", "min"), "two different functions")
    c.need(all(e.args[0].shape == e.shape for e in (g, h)), "the arguments have another shape")
    constant = all(e.args[1:] == g.args[1:] and all(k.op == "number" for k in e.args[1:]) for e in (g, h))
    c.need(constant, "the constants differ")
    return c.difference(0, c.among(*OF_NDIM[g.ndim]), g.args[0], h.args[0])
