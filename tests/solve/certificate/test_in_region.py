"""The certified ball holds the critical point of the exact G and lies inside one region; at a kink there is no certificate."""

import json
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resmax_sym import cli
from resmax_sym.judge.certificate import Invalid, digest
from resmax_sym.region import Kinks, Region
from resmax_sym.solve import Problem, kernel_of
from resmax_sym.solve.certificate import certified, certify, certify_in_region
from resmax_sym.solve.certificate.file import array_from, array_to, data_digest, statement
from resmax_sym.solve.certificate.formulas import formulas_of
from resmax_sym.solve.certificate.replay import measure, replay_critical_point
from resmax_sym.solve.certificate.scaled import Instance, Scaled

SLOPES = {
    "exp(s)": (mp.exp, mp.exp),
    "exp(s) + s": (lambda s: mp.exp(s) + s, lambda s: mp.exp(s) + 1),
}


def exact_product(A1, A2, x):
    """A2 diag(s) A1 in fractions."""
    A1, A2 = ([list(map(Fraction, row)) for row in np.asarray(M).tolist()] for M in (A1, A2))
    active = [k for k, row in enumerate(A1) if sum(a * Fraction(z) for a, z in zip(row, x.tolist(), strict=True)) > 0]
    return [[sum(row[k] * A1[k][j] for k in active) for j in range(len(x))] for row in A2]


def gradient(G, b, omega, x, unit):
    """G^T (v * (c - <c, f>) / alpha + omega^2 * t)."""
    phi, slope = SLOPES[unit]
    t = [mp.fdot(row, x) for row in G]
    u, v = list(map(phi, t)), list(map(slope, t))
    alpha = mp.fsum(u)
    f = [z / alpha for z in u]
    c = [z - mp.mpf(target) for z, target in zip(f, b.tolist(), strict=True)]
    sigma = mp.fdot(c, f)
    q = [s * (r - sigma) / alpha + mp.mpf(omega) ** 2 * z for s, r, z in zip(v, c, t, strict=True)]
    return mp.matrix([mp.fdot(q, [row[j] for row in G]) for j in range(len(x))])


def critical_point(A1, A2, b, omega, x, unit):
    """Of the smooth extension from the region of x, near x: Newton's method with central differences, to 50 digits."""
    G = [[mp.mpf(g.numerator) / g.denominator for g in row] for row in exact_product(A1, A2, x)]
    z, h = mp.matrix([mp.mpf(value) for value in x.tolist()]), mp.mpf(10) ** -20
    for _ in range(12):
        jacobian = mp.matrix(len(x))
        for j in range(len(x)):
            e = mp.matrix([h if k == j else 0 for k in range(len(x))])
            ends = (gradient(G, b, omega, z + e, unit), gradient(G, b, omega, z - e, unit))
            jacobian[:, j] = (ends[0] - ends[1]) / (2 * h)
        step = mp.lu_solve(jacobian, gradient(G, b, omega, z, unit))
        z -= step
        if mp.norm(step) < mp.mpf(10) ** -45:
            return z
    raise AssertionError("Newton's method did not converge")


def error(found, A1, A2, b, omega, x, unit="exp(s)"):
    """How far the critical point is from x in units of the certified distance; its region is that of x."""
    with mp.workdps(80):
        end = critical_point(A1, A2, b, omega, x, unit)
        for row in np.asarray(A1).tolist():
            assert mp.sign(mp.fdot(row, end)) == mp.sign(mp.fdot(row, x.tolist()))
        return float(mp.norm(end - mp.matrix(x.tolist())) / mp.mpf(found.distance))


def newton(A1, A2, b, omega, x, unit="exp(s)", steps=60):
    """A stationary point of the extension from the region in which the iterates end, or None."""
    for _ in range(steps):
        region = Region.of(A1, x)
        if not region.active.any():
            return None
        problem = Problem(region.jacobian(A2), b, omega, kernel=kernel_of(unit))
        step = np.linalg.lstsq(problem.hess(x), problem.jac(x), rcond=None)[0]
        if not np.isfinite(step).all() or np.linalg.norm(step) < 1e-12 * np.linalg.norm(x):
            return x if np.isfinite(step).all() else None
        x = x - step
    return None


def instance(seed, n=8, m=6, d=2):
    """Data whose loss has a critical point inside a region, and that point."""
    while True:
        rng = np.random.default_rng(seed)
        A1, A2, b = rng.normal(size=(m, d)), rng.normal(size=(n, m)), rng.dirichlet(np.ones(n) / 4)
        x = newton(A1, A2, b, 0.02, 2 * rng.normal(size=d))
        if x is not None and np.linalg.norm(x) > 0.05 and certify_in_region(A1, A2, b, 0.02, x):
            return A1, A2, b, 0.02, x
        seed += 1000


@pytest.fixture(scope="module")
def data():
    return instance(0)


@pytest.fixture(scope="module")
def found(data):
    return certify_in_region(*data)


def test_the_ball_holds_the_critical_point_and_lies_inside_the_region(data, found):
    A1, *_, x = data
    assert found.is_minimum
    assert error(found, *data) <= 1
    assert found.distance < 1e-8
    assert found.region == "".join("-0+"[s + 1] for s in Region.of(A1, x).signs)
    assert str(found).startswith("inside the activation region of x, whose nearest kink is that of row ")
    C = array_from(found.body["C"], (2, 2), "C")
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2000, 2))
    ball = x + found.body["unique_radius"] * (z / np.linalg.norm(z, axis=1)[:, None]) @ C.T
    assert all(Region.of(A1, x).contains(y) for y in ball)
    assert found.body["kink"]["distance"] == pytest.approx((np.abs(A1 @ x) / np.linalg.norm(A1, axis=1)).min())
    assert replay_critical_point(found.body) == str(found)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(list(SLOPES)), st.floats(-9, -3))
def test_every_certificate_is_right(seed, unit, move):
    rng = np.random.default_rng(seed)
    A1, A2, b = rng.normal(size=(4, 2)), rng.normal(size=(5, 4)), rng.normal(size=5)
    x = newton(A1, A2, b, 0.3, rng.normal(size=2), unit)
    assume(x is not None and np.linalg.norm(x) > 1e-3)
    x = x + 10.0**move * rng.normal(size=2)
    found = certify_in_region(A1, A2, b, 0.3, x, unit)
    assume(found)
    assert error(found, A1, A2, b, 0.3, x, unit) <= 1
    replay_critical_point(found.body)


def test_sparse_layers_and_rows_of_zeros(data, found):
    A1, A2, b, omega, x = data
    sparse = certify_in_region(sps.csr_array(A1), sps.csr_array(A2), b, omega, x)
    assert sparse.body["data_sha256"] == found.body["data_sha256"]
    assert sparse.distance == pytest.approx(found.distance, rel=1e-6)
    padded = certify_in_region(np.vstack([A1, np.zeros(2)]), np.column_stack([A2, np.ones(8)]), b, omega, x)
    assert padded.region == found.region + "0"
    assert padded.distance == pytest.approx(found.distance, rel=0.1)
    replay_critical_point(padded.body)


@pytest.fixture(scope="module")
def cancelling(data):
    """Two units that nearly cancel in G, and a critical point."""
    A1, A2, b, omega, x = data
    k = int(np.flatnonzero(A1 @ x > 0)[0])
    large = 1e7 * np.arange(3, 11) + 0.1
    A1 = np.vstack([A1, (1 + 1e-7) * A1[k], A1[k]])
    A2 = np.column_stack([A2, large, -large])
    return A1, A2, b, omega, newton(A1, A2, b, omega, x)


def test_the_rounded_product_is_another_problem(cancelling):
    """The critical point of the exact product is outside the ball that is certified for the product in doubles."""
    A1, A2, b, omega, x = cancelling
    found = certify_in_region(*cancelling)
    assert found
    assert error(found, *cancelling) <= 1
    replay_critical_point(found.body)
    rounded = certify(Problem(Region.of(A1, x).jacobian(A2), b, omega, kernel=kernel_of("exp(s)")), x)
    assert rounded
    assert error(rounded, *cancelling) > 1


def test_both_routes_take_the_exact_product(cancelling):
    """C^T grad at x by each of them, against mpmath; the one of the product in doubles is far off."""
    A1, A2, b, omega, x = cancelling
    active = A1 @ x > 0
    C, weights = np.array([[2.0, 1.0], [0.5, -1.0]]), np.full(8, omega)
    with mp.workdps(60):
        G = [[mp.mpf(g.numerator) / g.denominator for g in row] for row in exact_product(A1, A2, x)]
        exact = C.T @ np.array([float(g) for g in gradient(G, b, omega, mp.matrix(x.tolist()), "exp(s)")])
    layers = {"A1": A1, "A2": A2}
    rounded = Region.of(A1, x).jacobian(A2)
    for factors, expected in (((A2[:, active], A1[active]), True), ((), False)):
        instance = Instance("exp(s)", rounded, b, weights, x, layers if expected else {}, factors)
        own = [float(v) for v in Scaled(formulas_of("exp(s)"), instance, C, 30).gradient().entries()]
        arrays = {**instance.data, "b": b, "omega": weights, "x": x, "C": C}
        other = float(measure("exp(s)", arrays, [1, 1], 1e-12, 107).gradient)
        assert np.allclose(own, exact, rtol=1e-6, atol=0) == expected
        assert np.isclose(other, np.linalg.norm(exact), rtol=1e-6, atol=0) == expected


def test_a_ball_that_meets_a_kink_says_so(data, found):
    """A row whose kink passes between x and the critical point, or within the ball."""
    A1, A2, b, omega, x = data
    moved = x + np.array([1e-5, 0.0])
    assert certify_in_region(A1, A2, b, omega, moved)
    near = np.array([-x[1], x[0]]) + 1e-6 * x / (x @ x)  # its kink is about 1e-6 / norm(x) away
    more = np.vstack([A1, near]), np.column_stack([A2, np.zeros(8)])
    assert certify_in_region(*more, b, omega, x)
    refused = certify_in_region(*more, b, omega, moved)
    assert not refused
    assert "meets the kink of row 6 of A1" in refused.reason
    assert refused.reason.startswith(
        "in the activation region of x, where A = G: the ball that holds its critical point"
    )
    assert "\n" not in refused.reason


def test_a_point_on_a_kink_and_a_dead_region(data):
    A1, A2, b, omega, x = data
    on = np.vstack([A1, [-x[1], x[0]]]), np.column_stack([A2, np.ones(8)])
    assert "x lies on the kink of row 6 of A1" in certify_in_region(*on, b, omega, x).reason
    dead = certify_in_region(-np.abs(A1), A2, b, omega, np.abs(x))
    assert "no row of A1 x is positive" in dead.reason
    flat = certify_in_region(np.array([[1.0, 0.0], [0.0, -1.0]]), A2[:, :2], b, omega, [1.0, 1.0])
    assert "in the activation region of x, where A = G: singular Hessian: G = A2 D A1 has" in flat.reason


def test_too_large(data, monkeypatch):
    monkeypatch.setattr(certified, "LARGEST", 3000)
    assert "too large: n (d + 20)^2 and the products of the layers = " in certify_in_region(*data).reason


def test_what_is_refused(data):
    A1, A2, b, omega, x = data
    with pytest.raises(ValueError, match="A2: expected a column for each"):
        certify_in_region(A1, A2[:, 1:], b, omega, x)
    with pytest.raises(ValueError, match="x: expected 2 finite numbers"):
        certify_in_region(A1, A2, b, omega, [1.0, np.nan])
    with pytest.raises(ValueError, match="b"):
        certify_in_region(A1, A2, b[1:], omega, x)


def tampered(body, change):
    body = json.loads(json.dumps(body))
    change(body)
    body["statement"] = statement(body)
    shapes = {"A1": (body["m"], body["d"]), "A2": (body["n"], body["m"]), "b": (body["n"],), "omega": (body["n"],)}
    arrays = {name: array_from(body[name], shape, name) for name, shape in shapes.items()}
    body["data_sha256"] = data_digest(arrays)
    body["digest"] = digest(body)
    return body


def _entry(name, shape, place, factor):
    def change(body):
        array = array_from(body[name], shape, name).copy()
        array[place] *= factor
        body[name] = array_to(array)

    return change


def _linear(body):
    """The same numbers for the smooth extension: nothing is then said of a region, and the rounded G is not exact."""
    for name in ("region", "kink", "inner_layer"):
        del body[name]


CHANGES = {
    "a row of A1 turned round": (_entry("A1", (6, 2), 0, -1.0), "region|is stated"),
    "an entry of A2": (_entry("A2", (8, 6), (0, slice(None)), 1.001), "is stated"),
    "another region": (
        lambda body: body.update(region=body["region"].translate(str.maketrans("+-", "-+"))),
        "region is not",
    ),
    "a shorter region": (lambda body: body.update(region=body["region"][1:]), "region is not"),
    "a kink farther away": (
        lambda body: body["kink"].update(distance=2 * body["kink"]["distance"]),
        "nearer than stated",
    ),
    "a distance of 0": (lambda body: body["kink"].update(distance=0.0), "positive distance"),
    "a row whose kink is not the nearest": (
        lambda body: body["kink"].update(row=(body["kink"]["row"] + 1) % 6),
        "is nearer than that of row",
    ),
    "a row that is not there": (lambda body: body["kink"].update(row=6), "row of A1"),
    "no region": (lambda body: body.pop("region"), "inner_layer"),
    "no layer": (_linear, "inner_layer"),
    "another layer": (lambda body: body.update(inner_layer="abs(s)"), "inner_layer"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_tampered_certificates_fall(name, found):
    change, reason = CHANGES[name]
    replay_critical_point(tampered(found.body, lambda body: None))
    with pytest.raises(Invalid, match=reason):
        replay_critical_point(tampered(found.body, change))


def test_a_ball_beyond_the_kink_falls(data):
    """Near a kink only the region keeps the unique ball small: the linear conditions alone hold much farther out."""
    A1, A2, b, omega, x = data
    near = np.vstack([A1, np.array([-x[1], x[0]]) + 1e-5 * x / (x @ x)])
    found = certify_in_region(near, np.column_stack([A2, np.zeros(8)]), b, omega, x)
    assert found
    wide = certify_in_region(*data).body["unique_radius"]
    assert wide > 2 * found.body["unique_radius"]
    replay_critical_point(found.body)
    for radius in (1.1 * found.body["unique_radius"], wide):
        with pytest.raises(Invalid, match="not shown to miss the kink of row 6"):
            replay_critical_point(tampered(found.body, lambda body, radius=radius: body.update(unique_radius=radius)))
    assert not Kinks(near).crossings(x, x + found.distance)


def test_the_file_is_replayed_by_the_command(found, tmp_path, capsys):
    path = tmp_path / "certificate.json"
    found.write(path)
    assert cli.main(["replay", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "inner layer max(s, 0)" in printed
    assert "inside the activation region of x" in printed
    path.write_text(path.read_text().replace('"region": "', '"region": "+'))
    assert cli.main(["replay", str(path)]) == 1
