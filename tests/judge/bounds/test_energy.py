"""Rules for an approximate Newton step: true at random points, proved, checked again, and powerless where something is missing."""

import json

import numpy as np
import pytest
from audit import Audit, all_facts, points
from claims import MAX, SOFT

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds import Bounded, bound
from resmax_sym.judge.bounds.assumed import Assumed
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.prove import mentioned
from resmax_sym.judge.bounds.recheck import Unsound, recheck

LET = {"H0": "A.T @ A", "H": "A.T @ diag(b) @ A", "N": "A.T @ diag(omega) @ A"}
NUMBERS = {"l": "l > 0", "k": "k >= 0", "s": "0 <= s <= 1", "M": "M >= 0", "h": "h >= 0"}
ROUNDING = 1e-9  # relative to sums of at most a hundred products of numbers of size 1


def claim(statement, *assume, model=MAX, let=LET):
    used = " ".join((statement, *assume, *let.values())).replace("(", " ").replace(")", " ").split()
    parameters = {name: text for name, text in NUMBERS.items() if name in used}
    return Claim("c", statement, model=model, let=let, assume=assume, parameters=parameters)


def saved(c):
    return json.loads(json.dumps(bound(c).to_json()))


ENERGY = (
    "psd(N - s * H0)",
    "psd(k * H0 - (N - H))",
    "psd(k * H0 + (N - H))",
    "eigmin(H0) >= l",
    "norm(x) <= h * norm(A @ y)",
)
RESIDUAL = "N @ y - (H @ y - x) - (N - H) @ y == x"
STEP = "s * norm(A @ (y - solve(N, H @ y - x))) <= (k + h / sqrt(l)) * norm(A @ y)"
PAIR = "l * norm(x - (y - solve(N, b @ A))) <= norm(N @ (x - y) + b @ A)"
SLOPE = {"g": "A.T @ q", "S": "A.T @ B @ A"}
REMAINDER = "norm(g - at(g, y) - at(S, y) @ (x - y)) <= M / 2 * norm(x - y)**2"
VARIES = "on_segment(opnorm(S - at(S, y)) <= M * norm(x - y))"

TRUE = [
    claim("l * norm(y - solve(N, x)) <= norm(N @ y - x)", "eigmin(N) >= l"),
    claim("norm(y - solve(N, x)) * l <= norm(N @ y - x)", "eigmin(N) >= 2 * l"),
    claim(PAIR, "eigmin(N) >= l"),
    claim(STEP, *ENERGY, RESIDUAL),
    claim("sqrt(l) * norm(y) <= norm(A @ y)", "eigmin(A.T @ A) >= l"),
    claim("norm(x) <= k * norm(A @ y)", "x == 3 * (A.T @ (A @ y))", "opnorm(A) <= k / 3"),
    claim("opnorm(N - H) <= 0", "N == H"),
    claim("eigmin(H - N) >= 0", "N == H"),
    claim(REMAINDER, VARIES, let=SLOPE),
    claim(REMAINDER, VARIES, "on_segment(alpha > 0)", model=SOFT, let=SLOPE),
    claim(REMAINDER, VARIES, let={"g": "grad(L)", "S": "hess(L)"}),
    claim(
        "norm(f - at(f, y) - at(D(f), y) @ (x - y)) <= norm(x - y)**2",
        VARIES.replace("S", "D(f)").replace("M", "2"),
        let={},
    ),
]
MISSING = [
    claim("l * norm(y - solve(N, x)) <= norm(N @ y - x)", "eigmax(N) >= l"),
    claim("2 * l * norm(y - solve(N, x)) <= norm(N @ y - x)", "eigmin(N) >= l"),
    claim("l * norm(y - solve(N, x)) <= norm(N @ y + x)", "eigmin(N) >= l"),
    claim(PAIR.replace("(x - y) +", "(x - y) -"), "eigmin(N) >= l"),
    *(claim(STEP, *ENERGY[:k], *ENERGY[k + 1 :], RESIDUAL) for k in range(5)),
    claim(STEP.replace("k + h", "k / 2 + h"), *ENERGY, RESIDUAL),
    claim(STEP.replace("h /", "h / 2 /"), *ENERGY, RESIDUAL),
    claim(STEP.replace("s *", "2 * s *"), *ENERGY, RESIDUAL),
    claim("sqrt(l) * norm(y) <= norm(A @ y)", "eigmin(A @ A.T) >= l"),
    claim("opnorm(N - H) <= 0", "N == 2 * H"),
    claim(REMAINDER, VARIES.removeprefix("on_segment(").removesuffix(")"), let=SLOPE),
    claim(REMAINDER, VARIES, model=SOFT, let=SLOPE),  # alpha may change its sign on the way
    claim(REMAINDER.replace("M / 2", "M / 3"), VARIES, let=SLOPE),
    claim(REMAINDER, VARIES, let=SLOPE | {"S": "A.T @ (B + J) @ A"}),
    claim(REMAINDER, VARIES.replace("M * norm(x - y)", "norm(x) * norm(x - y)"), let=SLOPE),
    claim(REMAINDER.replace("at(S, y)", "S"), VARIES, let=SLOPE),
    claim(REMAINDER, VARIES.replace("M * norm(x - y)", "M"), let=SLOPE),
]


def spelled(c):
    return f"{c.statement} | {', '.join(c.assume)}"


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_proved_and_checked_again(c):
    assert isinstance(bound(c), Bounded)
    recheck(c, saved(c))


@pytest.mark.parametrize("c", MISSING, ids=spelled)
def test_not_proved_where_something_is_missing(c):
    assert not isinstance(bound(c), Bounded)


OWN = ("error of a Newton step by its residual", "error of a Newton step in the energy norm", "norm by energy",
       "assumed equal vectors", "difference of equal matrices", "second-order remainder")  # fmt: skip


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_premises_and_bounds_cannot_be_changed(c):
    found = 0
    for k, row in enumerate(saved(c)["steps"]):
        if row["rule"] not in OWN:
            continue
        own = row["premises"]
        changes = [{"premises": own[:-1]}, {"premises": own[::-1]}, {"premises": own[1:]}]
        changes += [{"bound": "-1 / 100"}] if row["kind"] != "qlo" else [{"bound": "1 / 100"}]
        for change in changes:
            if any(row[name] != value for name, value in change.items()):
                table = saved(c)
                table["steps"][k].update(change)
                with pytest.raises(Unsound):
                    recheck(c, table)
                found += 1
    assert found > 0


def test_no_fact_is_violated():
    """All that the engine derives for the claims above, at random points that meet their assumptions."""
    audit = Audit()
    for c in TRUE:
        if "on_segment" in spelled(c):
            continue  # such assumptions are not evaluated point by point
        engine = Engine(c.model, Assumed.of(c.assumptions, mentioned(c.relation.rhs)))
        for side in (c.relation.lhs, c.relation.rhs - c.relation.lhs):
            engine.facts(push(side))
        for k, sizes in enumerate(({"n": 1, "d": 1}, {"n": 3, "d": 2})):
            batch = points(c, sizes, 400, k)
            if len(next(iter(batch.values()))):  # an equality of matrices is met by no random point
                audit.facts(c.model, sizes, batch, all_facts(engine))
    assert not audit.violations, audit.violations[:3]
    for rule in ("error of a Newton step by its residual", "norm by energy"):
        assert audit.checked[rule] > 10, (rule, audit.checked)


def definite(rng, d):
    """A random positive definite matrix with eigenvalues of different sizes."""
    Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return (Q * np.exp(2 * rng.normal(size=d))) @ Q.T


@pytest.mark.parametrize("d", [1, 2, 4])
def test_steps_at_random(d):
    """The two bounds of the error of a step, with their best constants at each point."""
    rng, closest = np.random.default_rng(d), np.inf
    for _ in range(1500):
        H0, N, S = definite(rng, d), definite(rng, d), rng.normal(size=(d, d))
        H, a, rho = S + S.T, rng.normal(size=d), rng.normal(size=d)
        z = a - np.linalg.solve(N, H @ a - rho)
        root = np.linalg.cholesky(H0).T
        inverse = np.linalg.inv(root)
        c, low = (np.linalg.eigvalsh(M)[0] for M in (inverse.T @ N @ inverse, H0))
        k = np.abs(np.linalg.eigvalsh(inverse.T @ (N - H) @ inverse)).max()
        least, error = np.linalg.eigvalsh(N)[0], np.linalg.norm(N @ a - H @ a + rho)
        assert least * np.linalg.norm(z) <= error * (1 + ROUNDING)
        top = k * np.linalg.norm(root @ a) + np.linalg.norm(rho) / np.sqrt(low)
        assert c * np.linalg.norm(root @ z) <= top * (1 + 1e-6)  # low may be 1e-5
        closest = min(closest, top / (c * np.linalg.norm(root @ z)))
    assert closest < (1.05 if d == 1 else 3)  # the bound is not idle


@pytest.mark.parametrize("d", [1, 3])
def test_remainder_at_random(d):
    """g(x) = c x^2 / 2 entry by entry: the derivative is Lipschitz with max |c|, and the bound is attained for d = 1."""
    rng, shares = np.random.default_rng(d), []
    for _ in range(500):
        c, x, y = rng.normal(size=(3, d))
        rest = c * x**2 / 2 - c * y**2 / 2 - c * y * (x - y)
        shares.append(np.linalg.norm(rest) / (np.abs(c).max() / 2 * np.linalg.norm(x - y) ** 2))
    assert max(shares) <= 1 + 1e-6  # of numbers that nearly cancel
    assert max(shares) > (0.999 if d == 1 else 0.8)
