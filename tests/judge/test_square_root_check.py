"""A rule that reads the formulas of two factors wrongly is caught by their values, before a verdict leaves and when it is replayed."""

import flint
import numpy as np
import pytest

from resmax_sym.judge import Claim, Defect, judge_all
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.certificate import Invalid, certificate, replay
from resmax_sym.judge.certificate.check import _REPLAYED
from resmax_sym.judge.guards import guards
from resmax_sym.judge.square_root import Root, by_square_root
from resmax_sym.judge.square_root_check import agree, factorised
from resmax_sym.lang import Expr
from resmax_sym.models import SOFTMAX, Model

FACTORS, LINEAR = Model(SOFTMAX, inner_layer="s"), Model(SOFTMAX)
GRAM, DEFINITE = "eigmin(A1.T @ A1) >= l", "eigmin(M) >= l"
NORM, FORM = "l * norm(x)**2 <= norm(A1 @ x)**2", "l * norm(x)**2 <= inner(x, M @ x)"


def base(statement=NORM, *assume):
    return Claim("base", statement, model=FACTORS, parameters={"l": "l > 0"}, assume=(GRAM, *assume))


def claim(statement=FORM, matrix="A.T @ B @ A + eye(d)", **rest):
    return Claim("c", statement, model=LINEAR, parameters={"l": "l > 0"}, assume=(DEFINITE,), let={"M": matrix}, **rest)


def carried(one, other):
    factors = Basis.of(other, [(one, guards(one.relation, one.model))]).factors
    return by_square_root(other, other.relation, other.given, factors)


def any_power(self, a):
    """squared, without a look at the exponent."""
    image = a.args[0].args[0] if a.op == "pow" and a.args[0].op == "norm" else Expr("ones")
    return image.args[1] if image.op == "matmul" and image.args[0] == self.A1 else None


def any_matrix(self, a, b, moved=False, rule=Root.formula):
    """formula, without a look at the matrix of the form."""
    z = self.squared(a)
    return rule(self, a, b, moved) if z is None else b.op == "inner" and rule(self, z, b.args[0])


BROKEN = {
    "the exponent": ("squared", any_power, base(NORM.replace("A1 @ x)**2", "A1 @ x)**3")), claim()),
    "the matrix": ("formula", any_matrix, base(), claim(FORM.replace("M @ x", "(M + eye(d)) @ x"))),
    "the point": (
        "formula",
        any_matrix,
        base("at(norm(A1 @ x)**2, y) >= l * norm(y)**2"),
        claim("at(inner(x, M @ x), y) >= l * norm(y)**2"),
    ),
    "the assumption": ("says_nothing", lambda self, assumed: True, base(NORM, "A1.T @ A1 == 2 * eye(d)"), claim()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_caught(name, monkeypatch):
    method, broken, one, other = BROKEN[name]
    assert not carried(one, other)
    monkeypatch.setattr(Root, method, broken)
    with pytest.raises(Defect, match="values differ"):
        carried(one, other)


def test_a_broken_rule_is_caught_at_replay(monkeypatch):
    """The judge saw nothing wrong: the replay takes values of its own."""
    one, other = base(), claim(depends=("base",))
    first, second = judge_all([one, other], 0.2)
    body = certificate(second, [certificate(first)])
    assert replay(body).statement == FORM
    _REPLAYED.clear()
    monkeypatch.setattr("resmax_sym.judge.square_root_check.factorised", scaled)
    with pytest.raises(Invalid, match="values differ"):
        replay(body)


def scaled(A, M):
    """The factor of 2 M in place of that of M: what the rule says of M is then wrong of it."""
    return factorised(A, 2 * M)


def test_nothing_is_shown_where_the_matrix_is_never_definite():
    other = claim(matrix="-1 * eye(d)")
    assert not agree(other, FACTORS, other.names["M"], [(base().relation, other.relation)])
    assert not agree(claim(), FACTORS, claim().names["M"], [(Expr("number", data=1) / 0, Expr("number", data=1) / 0)])


@pytest.mark.parametrize("d", [1, 2, 4])
def test_the_factors(d):
    rng, balls = np.random.default_rng(d), Balls(30)
    root, A = rng.integers(-3, 4, (d, d)) + 4 * np.eye(d, dtype=int), rng.integers(-3, 4, (5, d))
    exact = [np.vectorize(flint.arb, otypes=[object])(matrix.tolist()) for matrix in (A, root.T @ root)]
    with balls.precision():
        A1, A2 = factorised(*exact)
        for found, wanted in ((A2 @ A1, A), (A1.T @ A1, root.T @ root)):
            gaps = (found - wanted).ravel()
            assert all(gap.contains(0) and float(gap.rad()) < 1e-20 for gap in gaps)
        assert all(A1[i, j] == 0 for i in range(d) for j in range(i))
        assert factorised(exact[0], -exact[1]) is None
        assert factorised(exact[0], exact[1] + np.full((d, d), flint.arb(0, 1e9))) is None


def test_an_asymmetric_matrix_has_no_factor():
    with Balls(30).precision():
        A, M = (np.array([[flint.arb(v) for v in row] for row in rows]) for rows in ([[1, 2]], [[3, 1], [1, 2]]))
        A1, A2 = factorised(A, M)
        assert all((one - other).contains(0) for one, other in zip((A1.T @ A1).flat, M.flat, strict=True))
        assert all((one - other).contains(0) for one, other in zip((A2 @ A1).flat, A.flat, strict=True))
        M[1, 0] += flint.arb(1) / 1000
        assert factorised(A, M) is None
