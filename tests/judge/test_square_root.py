"""A claim about two factors says something of a matrix and a positive definite one, and nothing where a root of that is not at hand."""

import dataclasses

import numpy as np
import pytest

from resmax_sym.judge import Claim, Status
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.certificate import Invalid, certificate, digest, replay
from resmax_sym.judge.guards import guards
from resmax_sym.judge.judge import attack, judge_all
from resmax_sym.judge.proof import derive
from resmax_sym.models import SOFTMAX, Model

LINEAR, FACTORS = Model(SOFTMAX), Model(SOFTMAX, inner_layer="s")
LEAST = {"l": "l > 0"}
NORM = "l * norm(x)**2 <= norm(A1 @ x)**2"
FORM = "l * norm(x)**2 <= inner(x, M @ x)"
GRAM, DEFINITE = "eigmin(A1.T @ A1) >= l", "eigmin(M) >= l"
M = "A.T @ B @ A + eye(d)"


def base(statement=NORM, *assume, **rest):
    assume = assume or (GRAM,)
    return Claim("base", statement, **{"model": FACTORS, "parameters": LEAST, "assume": assume, **rest})


def claim(statement=FORM, *assume, matrix=M, **rest):
    assume = assume or (DEFINITE,)
    return Claim(
        "c", statement, **{"model": LINEAR, "parameters": LEAST, "assume": assume, "let": {"M": matrix}, **rest}
    )


def follows(one, other):
    """Whether `other` follows from `one`, whatever the truth of the latter; nothing else can settle it."""
    basis = Basis.of(other, [(one, guards(one.relation, one.model))])
    alone = Basis(factors=basis.factors)
    shown = derive(other, alone, lambda part, given: None, True) is not None
    assert may_use(other, one) or not shown
    return shown


LOSS = "norm(grad(L))**2 * l <= opnorm(A2 @ A1)**2 * norm(A1 @ x)**2"
LOSS_FORM = "norm(grad(L))**2 * l <= opnorm(A)**2 * inner(x, M @ x)"
HESSIAN = "(A2 @ A1).T @ B @ (A2 @ A1) + eye(d)"
FOLLOWS = {
    "a form": (base(), claim()),
    "an assumed root": (base(NORM, GRAM, f"A1.T @ A1 == {HESSIAN}"), claim()),
    "an assumed root, turned": (base(NORM, GRAM, f"{HESSIAN} == A1.T @ A1"), claim()),
    "the matrix of the problem": (base(LOSS), claim(LOSS_FORM)),
    "the matrix itself": (base("psd(A1.T @ A1 - l * eye(d))"), claim("psd(M - l * eye(d))")),
    "t": (base("norm(t) * l <= norm(A1 @ x)**2"), claim("norm(t) * l <= inner(x, M @ x)")),
    "another point": (base("l * norm(at(t, y)) <= norm(A1 @ y)**2"), claim("l * norm(at(t, y)) <= inner(y, M @ y)")),
}
REFUSED = {
    "no root": (base(), claim(FORM, "psd(M)")),
    "a number that may be 0": (base(), claim(parameters={"l": "l >= 0"})),
    "another matrix": (base(), claim(FORM.replace("M @ x", "(M + eye(d)) @ x"))),
    "another vector": (base(), claim(FORM.replace("inner(x,", "inner(y,"))),
    "the norm and not its square": (base("l * norm(x) <= norm(A1 @ x)"), claim("l * norm(x) <= inner(x, M @ x)")),
    "a cube": (base(NORM.replace("A1 @ x)**2", "A1 @ x)**3")), claim()),
    "A for the factor": (base(), claim("l * norm(x)**2 <= norm(A @ x)**2")),
    "the other factor": (
        base("norm(A2.T @ q)**2 * l <= norm(A1 @ x)**2"),
        claim("norm(A.T @ q)**2 * l <= inner(x, M @ x)"),
    ),
    "the form at another point": (
        base("at(norm(A1 @ x)**2, y) >= l * norm(y)**2"),
        claim("at(inner(x, M @ x), y) >= l * norm(y)**2"),
    ),
    "below a derivative": (
        base("opnorm(hess(norm(A1 @ x)**2)) >= l"),
        claim("opnorm(hess(inner(x, M @ x))) >= l"),
    ),
    "all the way": (
        base(NORM, GRAM, "on_segment(norm(A1 @ x)**2 <= 1)"),
        claim(FORM, DEFINITE, "on_segment(inner(x, M @ x) <= 1)"),
    ),
    "an assumption that is not met": (base(NORM, GRAM, "norm1(b) <= 1"), claim()),
    "a root of another matrix is assumed": (base(NORM, GRAM, "A1.T @ A1 == 2 * eye(d)"), claim()),
    "sizes": (base(sizes={"m": (1,)}), claim()),
    "a matrix of another size": (base("norm(t) >= l"), claim("norm(t) >= l", "eigmin(B) >= l")),
    "a kink between the factors": (base(model=Model(SOFTMAX, inner_layer="max(s, 0)")), claim()),
    "another unit": (base(model=Model(inner_layer="s")), claim()),
    "two layers": (base(), dataclasses.replace(claim(), model=FACTORS, let={"A": "A2 @ A1", "M": M})),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_a_form_for_the_square_of_a_norm(name):
    assert follows(*FOLLOWS[name])


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_follows_where_a_condition_is_missing(name):
    assert not follows(*REFUSED[name])


def certificates():
    other = claim(depends=("base",))
    done = {verdict.claim.id: verdict for verdict in judge_all([base(), other], 0.5)}
    assert done["base"].status is done["c"].status is Status.PROVED
    body = certificate(done["c"], [certificate(done["base"])])
    return body | {"evidence": body["evidence"] | {"steps": [{"statement": FORM, "method": "from earlier steps"}]}}


def signed(body):
    return {**body, "digest": digest(body)}


def test_a_certificate_replays_and_not_without_its_condition():
    body = certificates()
    assert replay(signed(body)).statement == FORM
    (text,) = body["claim"]
    for wrong in (
        {**body, "known": []},
        {**body, "claim": [{**text, "assume": ["psd(M)"]}]},
        {**body, "claim": [{**text, "parameters": {"l": "l >= 0"}}]},
        {**body, "claim": [{**text, "statement": FORM.replace("l *", "2 * l *")}]},
    ):
        with pytest.raises(Invalid):
            replay(signed(wrong))


def test_without_a_least_eigenvalue_the_claim_is_refuted():
    assert attack(claim(FORM, "psd(M)"), 0.5).status is Status.REFUTED


def test_the_choice_of_factors_in_numbers():
    rng = np.random.default_rng(0)
    for _ in range(20):
        A, root = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))
        matrix = root @ root.T + 0.1 * np.eye(3)
        values, vectors = np.linalg.eigh(matrix)
        A1 = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        A2, z = A @ np.linalg.inv(A1), rng.standard_normal(3)
        assert np.allclose(A2 @ A1, A)
        assert np.isclose(np.linalg.norm(A1 @ z) ** 2, z @ matrix @ z)


def test_what_is_symmetric_at_another_point_has_no_root():
    """eigmin(x y^T + I) is defined at x = y; elsewhere no step may use it, and the matrix is not its own transpose."""
    gram = base("A1.T @ A1 == (A1.T @ A1).T", "n >= 1", parameters={})
    balls = ("l <= 1/2", "norm(x) <= 1/2", "norm(y) <= 1/2")
    wrong = {"matrix": "outer(x, y) + eye(d)", "proof": ("eigmin(M) >= l",), "depends": ("base",)}
    elsewhere = claim("M == M.T", *balls, "n >= 1", "at(eigmin(M), y) >= 0", **wrong)
    assert [verdict.status for verdict in judge_all([gram, elsewhere], 0.2)] == [Status.PROVED, Status.REFUTED]
    here = claim("M == M.T", *balls, "n >= 1", "eigmin(M) >= 0", **wrong)
    assert [verdict.status for verdict in judge_all([gram, here], 0.2)] == [Status.PROVED, Status.PROVED]
