"""Taylor's inequality of second order follows from a bound of the Hessian all the way, and from nothing less."""

import dataclasses

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.certificate import certificate, replay
from resmax_sym.judge.expansion import by_expansion, throughout, without_roots
from resmax_sym.judge.guards import guards
from resmax_sym.judge.judge import attack, judge_all
from resmax_sym.judge.proof import derive
from resmax_sym.models import SOFTMAX, Model

SOFT, RESIDUAL = Model(SOFTMAX), Model()
LET = {
    "H0": "A.T @ diag(omega**2) @ A",
    "g": "A.T @ (q + omega**2 * t)",
    "K": "A.T @ (B + diag(omega**2)) @ A",
    "z": "y - x",
}
FACTOR = {"La": ""}
UPPER = "at(L_tot, y) <= L_tot + inner(grad(L_tot), z) + La / 2 * inner(z, H0 @ z)"
LOWER = UPPER.replace("<=", ">=")
BACK = "L_tot <= at(L_tot, y) + inner(at(grad(L_tot), y), x - y) + La / 2 * inner(z, H0 @ z)"
ABOVE, BELOW = "on_segment(psd(La * H0 - hess(L_tot)))", "on_segment(psd(hess(L_tot) - La * H0))"


def claim(statement, *assume, model=SOFT, **rest):
    return Claim("c", statement, model=model, assume=assume, let=LET, **{"parameters": FACTOR, **rest})


FOLLOWS = {
    "from above": claim(UPPER, ABOVE),
    "from below": claim(LOWER, BELOW),
    "about the other point": claim(BACK, ABOVE),
    "closed forms": claim(UPPER.replace("grad(L_tot)", "g"), ABOVE.replace("hess(L_tot)", "K")),
    "the loss alone": claim(
        "at(L, y) - L - inner(A.T @ q, z) <= La / 2 * norm(z)**2",
        "on_segment(psd(La * eye(d) - A.T @ B @ A))",
    ),
    "a difference": claim(f"{UPPER.split(' <= ')[1]} - at(L_tot, y) >= 0", ABOVE),
    "another function": claim(
        "at(alpha, y) <= alpha + inner(A.T @ v, z) + La / 2 * inner(z, z)",
        "on_segment(psd(La * eye(d) - hess(alpha)))",
    ),
    "where alpha is positive": claim(UPPER, ABOVE, "on_segment(alpha > 0)", model=RESIDUAL),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_the_expansion_follows(name):
    one = FOLLOWS[name]
    assert by_expansion(one, one.relation, one.given)
    assert derive(one, (), lambda part, given: None, True) is not None


LAYERED = Model(SOFTMAX, inner_layer="max(s, 0)")
HALF = "La / 2"
REFUSED = {
    "the Hessian at x alone": claim(UPPER, ABOVE.removeprefix("on_segment(")[:-1]),
    "the other side": claim(UPPER, BELOW),
    "below from above": claim(LOWER, ABOVE),
    "a quarter": claim(UPPER.replace(HALF, "La / 4"), ABOVE),
    "another factor": claim(UPPER.replace(HALF, "La / 2 * 0.999"), ABOVE),
    "strictly": claim(UPPER.replace("<=", "<"), ABOVE),
    "another gradient": claim(UPPER.replace("grad(L_tot)", "grad(L)"), ABOVE),
    "another loss": claim(UPPER.replace("L_tot", "L"), ABOVE),
    "the gradient at y": claim(UPPER.replace("grad(L_tot)", "at(grad(L_tot), y)"), ABOVE),
    "the wrong way": claim(UPPER.replace("inner(grad(L_tot), z)", "inner(grad(L_tot), -z)"), ABOVE),
    "no Hessian": claim(UPPER, "on_segment(psd(La * H0 - A.T @ diag(omega) @ A))"),
    "a bound that moves": claim(UPPER.replace("H0", "(A.T @ diag(f) @ A)"), ABOVE.replace("H0", "(A.T @ diag(f) @ A)")),
    "a bound that speaks of y": claim(
        UPPER.replace("H0", "(A.T @ diag(at(f, y)) @ A)"), ABOVE.replace("H0", "(A.T @ diag(at(f, y)) @ A)")
    ),
    "alpha may be 0 between": claim(UPPER, ABOVE, model=RESIDUAL),
    "alpha is positive at the ends": claim(UPPER, ABOVE, "alpha > 0", "at(alpha, y) > 0", model=RESIDUAL),
    "a vector": claim("at(t, y) <= t", ABOVE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_follows_where_a_condition_is_missing(name):
    one = REFUSED[name]
    assert not by_expansion(one, one.relation, one.given)


def test_a_kink_between_the_points_is_seen():
    let = {"A": "A2 @ diag(step(A1 @ x)) @ A1", **LET}
    one = dataclasses.replace(claim(UPPER, ABOVE), model=LAYERED, let=let)
    assert not by_expansion(one, one.relation, one.given)


def test_a_factor_below_a_half_is_refuted():
    quadratic = claim(
        "at(L_tot, y) <= L_tot + inner(g, z) + 0.49 * inner(z, H0 @ z)", "n == 1", "d == 1", parameters={}
    )
    assert attack(quadratic, 0.5).status is Status.REFUTED
    assert judge(claim(UPPER, ABOVE), 0.5).status is Status.PROVED


def test_a_square_of_a_norm_is_smooth():
    e = SOFT.parse("norm(omega * t)**2 + norm(b) + norm(x)**4")
    assert without_roots(e) == SOFT.parse("inner(omega * t, omega * t) + norm(b) + norm(x)**4")


def segment(base, other, where=None):
    own = guards(base.relation, base.model) if where is None else where
    basis = Basis.of(other, [(base, own)])
    alone = dataclasses.replace(basis, known=(), firm=(), lemmas=(), forms=(), vectors=(), cells=())
    shown = derive(other, alone, lambda part, given: None, True) is not None
    assert may_use(other, base) or not shown
    return shown


def fact(statement, *assume, model=SOFT, **rest):
    return Claim("base", statement, model=model, assume=assume, **rest)


def holds_between(statement, *assume, model=SOFT, **rest):
    return Claim("c", f"on_segment({statement})", model=model, assume=assume, **rest)


BOUND = "eigmax(B) <= 2"
PAIR = "opnorm(B - at(B, y)) <= norm(x - y)"
BETWEEN = {
    "no assumption": (fact(BOUND), holds_between(BOUND)),
    "a pair": (fact(PAIR), holds_between(PAIR)),
    "of the data": (fact(BOUND, "norm1(b) <= 1"), holds_between(BOUND, "norm1(b) <= 1")),
    "a convex set": (fact(BOUND, "norm(x) <= 1"), holds_between(BOUND, "norm(x) <= 1", "norm(y) <= 1")),
    "on the segment": (
        fact(BOUND, "alpha > 0", model=RESIDUAL),
        holds_between(BOUND, "on_segment(alpha > 0)", model=RESIDUAL),
    ),
}
NOT_BETWEEN = {
    "a condition on x": (fact(BOUND, "norm(x) <= 1"), holds_between(BOUND, "norm(x) <= 1")),
    "a set with a hole": (fact(BOUND, "norm(x) >= 1"), holds_between(BOUND, "norm(x) >= 1", "norm(y) >= 1")),
    "a condition that is not met": (fact(BOUND, "norm1(b) <= 1"), holds_between(BOUND)),
    "another bound": (fact(BOUND), holds_between("eigmax(B) <= 1")),
    "another model": (fact(BOUND), holds_between(BOUND, model=RESIDUAL)),
    "undefined between": (fact(BOUND, model=RESIDUAL), holds_between(BOUND, model=RESIDUAL)),
    "one size": (fact(BOUND, sizes={"n": (1,)}), holds_between(BOUND)),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_holds_at_every_point_holds_on_the_segment(name):
    assert segment(*BETWEEN[name])


@pytest.mark.parametrize("name", NOT_BETWEEN)
def test_what_holds_at_some_points_may_not(name):
    assert not segment(*NOT_BETWEEN[name])


def test_other_guards_than_its_own_keep_a_claim_from_the_segment():
    base, other = BETWEEN["a pair"]
    assert not segment(base, other, ("alpha != 0", "at(alpha, y) != 0", "sum(t) != 0"))
    assert not throughout(other, base.relation, [base])


def test_a_certificate_by_expansion_replays():
    (verdict,) = judge_all([claim(UPPER, ABOVE)], 0.5)
    assert replay(certificate(verdict)).statement == UPPER
