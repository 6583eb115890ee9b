"""The approximate Newton method: verdicts as expected, certificates that replay, neighbours that no proof reaches, and numbers."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import eigh
from scipy.optimize import brentq

from derivations import LEDGER
from derivations.newton import CHAPTERS, CLAIMS
from derivations.soft_residual import CLAIMS as EARLIER
from resmax_sym.judge import Status
from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.certificate import Invalid, replay
from resmax_sym.judge.engines import prove
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.judge import search, settle
from resmax_sym.judge.proof import steps
from resmax_sym.lang import parse_relations, to_latex, to_text
from resmax_sym.models import SOFTMAX, Model

CLAIM = {claim.id: claim for claim in CLAIMS}
BUDGET = 0.5
PROVED = [name for name, claim in CLAIM.items() if claim.expect == (Status.PROVED,)]
REFUTED = [name for name, claim in CLAIM.items() if claim.expect == (Status.REFUTED,)]


def test_the_chapter_is_well_formed():
    assert [claim for chapter in CHAPTERS for claim in chapter.CLAIMS] == list(CLAIMS)
    seen = {claim.id for claim in EARLIER}
    for claim in CLAIMS:
        assert claim.id.startswith("newton-")
        assert claim.id not in seen
        assert set(claim.depends) <= seen, f"{claim.id} rests on what comes later"
        assert LEDGER.claims[claim.id] == claim
        assert claim.title
        assert claim.prose.endswith(".")
        seen.add(claim.id)
    assert len(PROVED) >= 35
    assert len(REFUTED) >= 10
    assert len(PROVED) + len(REFUTED) == len(CLAIMS)


@pytest.mark.parametrize("name", CLAIM)
def test_verdict_is_as_expected(name, verdicts):
    assert verdicts[name].expected, verdicts[name]


@pytest.mark.parametrize("name", CLAIM)
def test_text_of_a_claim_gives_its_tree_back(name):
    claim = CLAIM[name]
    assert parse_relations(to_text(claim.relation), claim.names) == [claim.relation]
    assert to_latex(claim.relation)


def turned(claim):
    """The opposite of an inequality between numbers."""
    left, op, right = (
        claim.statement.rpartition(" <= ") if " <= " in claim.statement else claim.statement.rpartition(" >= ")
    )
    return dataclasses.replace(
        claim, statement=f"{left} {'>=' if op == ' <= ' else '<='} {right}", proof=(), depends=()
    )


@pytest.mark.parametrize(
    "name",
    [n for n in PROVED if (" <= " in CLAIM[n].statement) != (" >= " in CLAIM[n].statement) and "on_segment" not in str(CLAIM[n].assume)
     and n not in ("newton-step-tenth", "newton-count-tenth", "newton-norm-above", "newton-single-row", "newton-euclidean")],
)  # fmt: skip
def test_the_opposite_is_refuted(name):
    """The negative control of an inequality: turned round it falls, at a point that meets every assumption."""
    assert search(turned(CLAIM[name]), 1.5, 0).witness is not None


SHARPER = [
    ("newton-near-below", "(1 - h)", "(1 - h / 2)"),
    ("newton-sample-below", "(1 - e) * (1 - h)", "(1 - e) * (1 - h / 2)"),
    ("newton-error-above", "e * (1 + h)", "e * (1 + h / 2)"),
    ("newton-step", "h / 2)", "h / 3)"),
    ("newton-step", "(1 - e) * (1 - h)", "(1 - e)"),
    ("newton-step-tenth", "0.198", "0.197"),
    ("newton-step-quadratic", "(1 - e)", "(1.01 - e)"),
    ("newton-remainder", "M / 2", "M / 3"),
    ("newton-contraction", "h / 2)", "h / 3)"),
    ("newton-contraction", "(e * (1 + h)", "(e"),
    ("newton-euclidean", "(1 - h - e)", "(1 - h)"),
    ("newton-norm-below", "sqrt(l)", "1.01 * sqrt(l)"),
    ("newton-region-radius", "h * l", "0.9 * h * l"),
    ("newton-rate-tenth", "0.198", "0.1975"),
    ("newton-count", "tol", "0.99 * tol"),
    ("newton-signed-below", "k * e", "k * e / 2"),
    ("newton-signed-above", "k * e", "k * e / 2"),
    ("newton-leverage-total", "== d", "== d + 1"),
    ("newton-row-count", "prob", "0.99 * prob"),
    ("newton-radius-above", "2 * eta", "1.99 * eta"),
    ("newton-gradient-after", "M / 2", "M / 3"),
    ("newton-definite-after", "l - M * r", "l"),
    ("newton-majorant-step", "2 * h**2", "1.9 * h**2"),
    ("newton-sampled-contraction", "(k * e1 * (1 + h)", "(e1 * (1 + h)"),
    ("newton-cost-step", "4 * n1", "5 * n1"),
    ("newton-cost", "(q1 / s + 1)", "(q1 / s)"),
]


def shown(claim):
    """Whether engines alone prove every step and then the statement."""
    given = [*claim.given]
    for part in (*steps(claim), claim):
        if prove(part, 0.3, 0, given) is None:
            return False
        given.append(part.relation)
    return True


def proved(claim):
    """Whether it is proved, with what it rests on in the chapter."""
    if claim.id in ENGINES_ALONE:
        return shown(claim)
    return (
        settle(claim, 0.5, 0, Basis.of(claim, [(CLAIM[base], ()) for base in claim.depends if base in CLAIM]))
        is not None
    )


ENGINES_ALONE = [
    "newton-step-tenth", "newton-remainder", "newton-contraction", "newton-euclidean", "newton-norm-below", "newton-rate-tenth",
    "newton-region-invariant", "newton-signed-below", "newton-signed-above", "newton-gradient-after", "newton-definite-after",
    "newton-majorant-step",
]  # fmt: skip


WEAKENED = [
    "newton-near-below", "newton-sample-below", "newton-error-above", "newton-sample-definite", "newton-step-quadratic",
    "newton-remainder", "newton-contraction", "newton-euclidean", "newton-region-radius", "newton-region-invariant",
    "newton-signed-above", "newton-leverage-total", "newton-gradient-after", "newton-definite-after",
]  # fmt: skip


@pytest.mark.parametrize("name", sorted({*WEAKENED, *(name for name, _, _ in SHARPER)} & {*ENGINES_ALONE}))
def test_each_is_proved_as_it_stands(name):
    """What the two tests below take away is then what is missing."""
    assert proved(CLAIM[name])


@pytest.mark.parametrize(("name", "old", "new"), SHARPER)
def test_a_sharper_constant_is_not_proved(name, old, new):
    claim = CLAIM[name]
    assert claim.statement.count(old) >= 1
    sharper = dataclasses.replace(claim, statement=claim.statement.replace(old, new, 1))
    assert not proved(sharper)


@pytest.mark.parametrize("name", WEAKENED)
def test_every_assumption_is_needed(name):
    claim = CLAIM[name]
    some = ("g == 0",) if name in ("newton-contraction", "newton-euclidean") else claim.assume
    for lost in some:  # test_energy.py takes the others from each rule
        weaker = dataclasses.replace(claim, assume=tuple(a for a in claim.assume if a != lost))
        assert not proved(weaker), lost


def test_a_certificate_does_not_replay_for_a_better_rate(verdicts):
    text = json.dumps(verdicts.certificate("newton-contraction"))
    better = json.loads(text.replace("h / 2) * norm(A1 @ (x - y))", "h / 4) * norm(A1 @ (x - y))"))
    with pytest.raises(Invalid):
        replay(better)


def test_the_contraction_holds_for_softmax():
    """Where alpha is positive by itself, and the assumption that it is says nothing."""
    claim = CLAIM["newton-contraction"]
    assume = tuple(a for a in claim.assume if a != "on_segment(alpha > 0)")
    assert shown(dataclasses.replace(claim, model=Model(SOFTMAX, inner_layer="s"), assume=assume))
    assert not shown(dataclasses.replace(claim, assume=assume))


def test_the_euclidean_example():
    """H = diag(1, 10^4), H~ = H^1/2 [[1, .1], [.1, 1]] H^1/2, error e2: ten times as large in one norm, a ninth in the other."""
    root = np.diag([1.0, 100.0])
    H, sampled = root @ root, root @ np.array([[1, 0.1], [0.1, 1]]) @ root
    assert np.abs(eigh(sampled, H, eigvals_only=True) - 1).max() == pytest.approx(0.1)
    r = np.array([0.0, 1.0])
    after = r - np.linalg.solve(sampled, H @ r)
    assert np.linalg.norm(after) == pytest.approx(10.1, abs=0.01)
    assert np.linalg.norm(root @ after) <= np.linalg.norm(root @ r) * 0.1 / 0.9


def test_the_count_of_steps():
    """By another route: the sequence itself, against the count of the claim."""
    rate, condition, first, tol = 0.198, 1e6, 3.0, 1e-9
    assert np.exp(-1.619) >= rate
    k = int(np.ceil(np.log(np.sqrt(condition) * first / tol) / np.log(1 / rate)))
    assert np.sqrt(condition) * rate**k * first <= tol < np.sqrt(condition) * rate ** (k - 1) * first


@pytest.mark.parametrize("h", [0.01, 0.2, 0.49])
def test_the_kantorovich_radius(h):
    """The smaller root of the majorant by bisection, and the sum of its Newton steps."""
    M, be = 3.0, 0.7
    eta = h / (M * be)
    rho = (1 - np.sqrt(1 - 2 * h)) / (M * be)
    assert rho == pytest.approx(brentq(lambda s: M * be * s**2 / 2 - s + eta, 0, 1 / (M * be), xtol=1e-15), rel=1e-9)
    total, step = 0.0, (be, eta)
    for _ in range(40):
        b, e = step
        total, h = total + e, M * b * e
        step = (b / (1 - h), h * e / (2 * (1 - h)))
    assert total == pytest.approx(rho, rel=1e-9)


def instance(seed, share=0.05):
    """A point that meets the assumptions of the contraction: A = A2 A1 with A1^T A1 the Hessian at x = 0, b = f there."""
    rng = np.random.default_rng(seed)
    n, d = 40, 2
    A, y, omega = rng.normal(size=(n, d)), share * rng.normal(size=d), rng.uniform(0.9, 1.1, n)
    b = np.full(n, 1 / n)  # exp(0) + 0 = 1 in every row
    J = 2 * (np.eye(n) - np.full((n, n), 1 / n)) / n
    A1 = np.linalg.cholesky(A.T @ J.T @ J @ A).T
    return {"A1": A1, "A2": A @ np.linalg.inv(A1), "b": b, "omega": omega, "x": np.zeros(d), "y": y}, {
        "n": n,
        "d": d,
        "m": d,
    }


def values(claim, point, sizes, *texts):
    """Formulas of the claim in float64."""
    where = Evaluator(claim.model, sizes, point, SearchFloats())
    return [
        np.asarray(where(claim.model.parse(text, **{k: claim.names[k] for k in (*claim.let, *claim.parameters)})))
        for text in texts
    ]


def test_the_contraction_is_about_something():
    """Its hypotheses hold at points, with e, h, l and M measured there, and so does its conclusion."""
    claim, ratios, signed = CLAIM["newton-contraction"], [], []
    for seed in range(10):
        point, sizes = instance(seed)
        point |= {"mu": 0.0, "e": 0.0, "h": 0.0, "l": 1.0, "M": 1.0}
        g, K, H0, Ky, Ht = values(claim, point, sizes, "g", "K", "H0", "Ky", "Ht")
        np.testing.assert_allclose(g, 0, atol=1e-14)
        np.testing.assert_allclose(K, H0, rtol=1e-10)
        e = np.abs(eigh(Ht, Ky, eigvals_only=True) - 1).max()
        steps = []
        for s in np.linspace(0, 0.95, 20):
            (there,) = values(claim, point | {"x": s * point["y"]}, sizes, "K")
            steps.append(np.linalg.norm(there - Ky, 2) / ((1 - s) * np.linalg.norm(point["y"])))
        l = eigh(H0, eigvals_only=True)[0]  # noqa: E741
        h = max(steps) * np.linalg.norm(point["y"]) / l
        assert e < 1
        assert h < 1
        after, before = values(claim, point, sizes, "norm(A1 @ (x - (y - solve(Ht, at(g, y)))))", "norm(A1 @ (x - y))")
        ratios.append(after / before / ((e * (1 + h) + h / 2) / ((1 - e) * (1 - h))))
        (Gy,) = values(CLAIM["newton-sampled-contraction"], point | {"k": 1.0, "e1": 0.0}, sizes, "Gy")
        kappa, e1 = eigh(Gy, Ky, eigvals_only=True)[-1], np.abs(eigh(Ht - Ky, Gy, eigvals_only=True)).max()
        assert kappa >= 1
        assert e <= kappa * e1 * (1 + 1e-9)
        signed.append((kappa * e1 - e) / e)
    assert max(ratios) <= 1
    assert max(ratios) > 0.2  # the bound is of the right size
    assert min(signed) < 2  # and so is the one with kappa


def test_the_witness_of_the_euclidean_claim_contracts_in_the_other_norm(verdicts):
    witness = verdicts["newton-euclidean-relative"].evidence["witness"]
    A, omega, y = (np.vectorize(lambda v: float(Fraction(v)))(witness[k]) for k in ("A", "omega", "y"))
    H = A.T @ A
    after = y - np.linalg.solve(A.T @ np.diag(omega) @ A, H @ y)
    assert np.linalg.norm(after) > np.linalg.norm(y)
    assert np.linalg.norm(A @ after) <= np.linalg.norm(A @ y) * 0.1 / 0.9 * (1 + 1e-9)
