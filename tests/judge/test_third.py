"""Bounds of the third derivative make Lipschitz constants of the Hessian, and nothing does where a premise is missing."""

import dataclasses

import numpy as np
import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.bounds.canonical import plain
from resmax_sym.judge.proof import derive
from resmax_sym.judge.third import affine, holding_between, is_convex, lipschitz_by_form
from resmax_sym.models import SOFTMAX, Model

SOFT, R = Model(SOFTMAX), Model()
D3 = "inner(grad(inner(omega, B @ omega), t), omega)"
BALL = "norm(omega) <= 1"
STATEMENT = "opnorm(B - at(B, y)) <= 0.7 * norm(t - at(t, y))"
FIRM = ("alpha != 0",)


def base(statement=f"abs({D3}) <= 0.7", *assume, model=SOFT, **rest):
    return Claim("base", statement, model=model, assume=assume or (BALL,), **rest)


def claim(statement=STATEMENT, *assume, model=SOFT, **rest):
    return Claim("c", statement, model=model, assume=assume, **rest)


def follows(one, other, where=FIRM):
    """Whether `other` follows from `one`, whatever the truth of the latter; nothing else can settle it."""
    basis = Basis.of(other, [(one, where)])
    shown = lipschitz_by_form(other, other.relation, basis.forms)
    assert shown is (derive(other, basis, lambda part, given: None, True) is not None)
    assert may_use(other, one) or not shown
    return shown


TAU = {"tau": "tau >= 0"}
FOLLOWS = {
    "abs": (base(), claim()),
    "one side": (base(f"{D3} <= 0.7"), claim()),
    "the other side": (base(f"0.7 + {D3} >= 0"), claim()),
    "a difference": (base(f"0.7 - {D3} >= 0", "inner(omega, omega) <= 1"), claim()),
    "with b": (base(f"abs({D3}) <= 0.3 + norm1(b)"), claim("opnorm(B - at(B, y)) <= (0.3 + norm1(b)) * norm(t - at(t, y))")),
    "by the Hessian": (
        base(),
        claim("opnorm(at(hess(L, t), y) - hess(L, t)) <= 0.7 * norm(A @ x - A @ y)"),
    ),
    "an assumption on b": (base(f"abs({D3}) <= 0.7", "norm1(b) <= 1", BALL), claim(STATEMENT, "norm1(b) <= 1")),
    "a half space": (
        base(f"abs({D3}) <= 0.7", "t >= tau", BALL, parameters=TAU, model=R),
        claim(STATEMENT, "at(t, y) >= tau", "t >= tau", parameters=TAU, model=R),
    ),
    "a ball": (
        base(f"abs({D3}) <= 0.7", "norm(x) <= 1", BALL),
        claim(STATEMENT, "norm(x) <= 1", "norm(y) <= 1"),
    ),
    "on the segment": (
        base(f"abs({D3}) <= 0.7", "alpha >= 1", BALL, model=R),
        claim(STATEMENT, "on_segment(alpha >= 1)", model=R),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWS)
def test_what_follows(name):
    assert follows(*FOLLOWS[name])


FAILS = {
    "a larger constant": (base(f"abs({D3}) <= 0.71"), claim()),
    "no ball": (base(f"abs({D3}) <= 0.7", "norm1(b) <= 1"), claim(STATEMENT, "norm1(b) <= 1")),
    "a smaller ball": (base(f"abs({D3}) <= 0.7", "norm(omega) <= 1 / 2"), claim()),
    "another ball": (base(f"abs({D3}) <= 0.7", "norm1(omega) <= 1"), claim()),
    "outside of the ball": (base(f"abs({D3}) <= 0.7", "norm(omega) >= 1"), claim()),
    "more of omega": (base(f"abs({D3}) <= 0.7", BALL, "omega >= 0"), claim()),
    "the same of omega": (base(f"abs({D3}) <= 0.7", BALL, "omega >= 0"), claim(STATEMENT, BALL, "omega >= 0")),
    "another unit": (base(), claim(model=Model("cosh(s)"))),
    "another head": (base(), claim(model=Model(SOFTMAX, "rescaled"))),
    "less assumed": (base(f"abs({D3}) <= 0.7", BALL, "norm1(b) <= 1"), claim()),
    "other sizes": (base(sizes={"n": (2,)}), claim()),
    "fewer sizes": (base(sizes={"n": (2,)}), claim(sizes={"n": (2, 3)})),
    "a pole between": (base(model=R), claim(model=R)),  # alpha may vanish between x and y
    "a kink of the unit": (base(model=Model("sqrt(s)")), claim(model=Model("sqrt(s)"))),
    "alpha at both ends": (
        base(f"abs({D3}) <= 0.7", "alpha >= 1", BALL, model=R),
        claim(STATEMENT, "alpha >= 1", "at(alpha, y) >= 1", model=R),
    ),
    "a half space at x only": (
        base(f"abs({D3}) <= 0.7", "t >= 0", BALL),
        claim(STATEMENT, "t >= 0"),
    ),
    "half spaces that differ": (
        base(f"abs({D3}) <= 0.7", "t >= 1", BALL),
        claim(STATEMENT, "t >= 1", "at(t, y) >= 1 / 2"),
    ),
    "the outside of a ball": (
        base(f"abs({D3}) <= 0.7", "norm(x) >= 1", BALL),
        claim(STATEMENT, "norm(x) >= 1", "norm(y) >= 1"),
    ),
    "a sphere": (
        base(f"abs({D3}) <= 0.7", "norm(x) == 1", BALL),
        claim(STATEMENT, "norm(x) == 1", "norm(y) == 1"),
    ),
    "another matrix": (base(f"abs({D3.replace('B', 'J')}) <= 0.7"), claim(STATEMENT.replace("B", "J"))),
    "omega in the matrix": (
        base(f"abs({D3.replace('B', '(B + diag(omega**2))')}) <= 0.7"),
        claim(STATEMENT.replace("B", "(B + diag(omega**2))")),
    ),
    "omega in the constant": (
        base(f"abs({D3}) <= norm(omega)"),
        claim("opnorm(B - at(B, y)) <= norm(omega) * norm(t - at(t, y))"),
    ),
    "x in the constant": (
        base(f"abs({D3}) <= norm(f)"),
        claim("opnorm(B - at(B, y)) <= norm(f) * norm(t - at(t, y))"),
    ),
    "y in the base": (
        base(f"abs({D3}) <= norm(y)"),
        claim("opnorm(B - at(B, y)) <= norm(y) * norm(t - at(t, y))"),
    ),
    "the other step": (base(), claim("opnorm(B - at(B, y)) <= 0.7 * norm(x - y)")),
    "another step": (base(), claim("opnorm(B - at(B, y)) <= 0.7 * norm(u - at(u, y))")),
    "another norm": (base(), claim("fro(B - at(B, y)) <= 0.7 * norm(t - at(t, y))")),
    "a second derivative": (base("abs(inner(omega, B @ omega)) <= 0.7"), claim()),
    "two vectors": (base("abs(inner(grad(inner(omega, B @ omega), t), b)) <= 0.7"), claim()),
    "half the form": (base(f"abs({D3} / 2) <= 0.7"), claim()),
    "undefined for some omega": (base(f"{D3} + omega / omega @ ones(n) - n <= 0.7"), claim(STATEMENT, "omega > 0")),
    "undefined at some x": (base(f"{D3} + sum(t) / sum(t) - 1 <= 0.7"), claim(STATEMENT, "sum(t) > 0")),
    "a hidden layer": (
        base(model=Model(SOFTMAX, inner_layer="max(s, 0)")),
        claim(model=Model(SOFTMAX, inner_layer="max(s, 0)")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILS)
def test_what_does_not_follow(name):
    one, other = FAILS[name]
    _ = one.relation, one.assumptions, other.relation, other.assumptions
    assert not follows(one, other)


def test_a_base_that_inherits_a_guard_is_not_used():
    assert not follows(*FOLLOWS["abs"], where=("sum(t) != 0",))


def test_the_segment_keeps_what_is_convex():
    c = claim("L >= 0", "t >= 1", "at(t, y) >= 1", "norm(x) <= 2", "norm(y) <= 2", "alpha >= 1", "at(alpha, y) >= 1",
              "norm1(b) <= 1", "on_segment(sum(u) >= 3)", "x >= 0", "at(sum(t) * alpha, y) >= 0", "sum(t) * alpha >= 0")  # fmt: skip
    kept = {repr(relation) for relation in holding_between(c.assumptions)}
    assert kept == {"t >= 1", "norm(x) <= 2", "norm1(b) <= 1", "sum(u) >= 3"}


@pytest.mark.parametrize(
    "text", ["A.T @ (t * b) + x / norm(b)", "sum(t) - trace(diag(t))", "outer(b, 2 * t - ones(n)) @ b"]
)
def test_affine(text):
    assert affine(plain(SOFT.parse(text)))


@pytest.mark.parametrize(
    "text", ["norm(x) * sum(t)", "inner(t, t)", "sum(u)", "1 / sum(t)", "sum(t)**2", "sum(grad(L, t))"]
)
def test_not_affine(text):
    assert not is_convex(claim(f"{text} >= 0").relation)


def test_the_largest_value_is_on_the_diagonal():
    """For random symmetric trilinear forms: the norm over three vectors, by alternating maximisation, and over one of them."""
    rng = np.random.default_rng(0)
    for n in (2, 3):
        for _ in range(5):
            T = rng.normal(size=(n, n, n))
            T = sum(T.transpose(p) for p in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)))
            z = rng.normal(size=(40_000, n))
            z /= np.linalg.norm(z, axis=1)[:, None]
            diagonal = np.abs(np.einsum("ijk,mi,mj,mk->m", T, z, z, z)).max()
            norm = np.linalg.norm(np.einsum("ijk,mk->mij", T, z[:4000]), 2, axis=(1, 2)).max()
            assert norm == pytest.approx(diagonal, rel=2e-3)


def test_a_change_that_is_assumed_is_used():
    stated = claim(
        "opnorm(hess(L) - at(hess(L), y)) <= 0.2 * opnorm(A)**3 * norm(x - y)", STATEMENT.replace("0.7", "0.2")
    )
    assert judge(stated, budget=1).status in (Status.PROVED, Status.VACUOUS)
    assert judge(dataclasses.replace(stated, assume=(STATEMENT,)), budget=1).status not in (
        Status.PROVED,
        Status.VACUOUS,
    )
