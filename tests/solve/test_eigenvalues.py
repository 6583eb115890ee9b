"""lambda_min and lambda_max of diag(delta) + U S U^T: dense matrices, 60 digits and theorems say the same."""

import tracemalloc

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resmax_sym.generated import soft_residual, softmax
from resmax_sym.kernels import kernel_for
from resmax_sym.solve import inertia
from resmax_sym.solve.eigenvalues import (
    SecularFunction,
    count_below,
    extreme_eigenvalues,
    hessian_core_spectrum,
    largest_eigenvalue,
    smallest_eigenvalue,
)

LIMIT = 1e-12  # of the terms' norms, as promised
MP = mpmath.MPContext()
MP.dps = 60


def dense(diagonal, factors, core):
    return np.diag(diagonal) + factors @ core @ factors.T


def terms(diagonal, factors, core):
    lengths = np.linalg.norm(factors, axis=0)
    return np.abs(diagonal).max() + lengths @ np.abs(core) @ lengths


def by_dense(*form):
    return np.linalg.eigvalsh(dense(*form))[[0, -1]]


def at_60_digits(diagonal, factors, core):
    """The extreme eigenvalues of the matrix that the float64 entries define exactly."""
    U, S = MP.matrix(factors.tolist()), MP.matrix(core.tolist())
    values = MP.eigsy(U * S * U.T + MP.diag([MP.mpf(float(x)) for x in diagonal]), eigvals_only=True)
    return min(values), max(values)


def error(form, wanted):
    """The larger error of the two, in terms' norms."""
    return float(max(abs(got - exact) for got, exact in zip(extreme_eigenvalues(*form), wanted, strict=True))) / terms(
        *form
    )


def random_form(rng, n, r=2):
    core = rng.standard_normal((r, r))
    return rng.standard_normal(n), rng.standard_normal((n, r)), core + core.T


# Repeated entries, and neighbours at every distance down to a few ulp.
_entry = st.sampled_from([0.0, 1.0, -1.0, 2.0, 1 + 1e-4, 1 + 1e-8, 1 + 1e-13, 1e-8, -1e-15, 0.3]) | st.floats(-3, 3)


@st.composite
def _form(draw):
    n, r = draw(st.integers(1, 6)), draw(st.integers(0, 4))
    core = draw(arrays(float, (r, r), elements=_entry))
    return (
        draw(arrays(float, n, elements=_entry)),
        draw(arrays(float, (n, r), elements=_entry)),
        np.tril(core) + np.tril(core, -1).T,
    )


@given(_form())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_small_matrix_agrees_with_its_dense_form(form):
    # Subnormal entries are drawn too: eigvalsh itself is off by a few of the smallest numbers there.
    assert np.abs(extreme_eigenvalues(*form) - by_dense(*form)).max() <= LIMIT * terms(*form) + 1e-300


@given(_form(), st.floats(-4, 4))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_counts_are_those_of_a_matrix_nearby(form, s):
    values = np.linalg.eigvalsh(dense(*form))
    slack = LIMIT * terms(*form)
    assert np.sum(values < s - slack) <= count_below(s, *form) <= np.sum(values < s + slack)
    assert (count_below(-np.inf, *form), count_below(np.inf, *form)) == (0, values.size)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 200])
@pytest.mark.parametrize("r", [1, 2, 4])
@pytest.mark.parametrize("weight", [1e-9, 1.0, 1e9])
def test_random_matrices_agree_with_their_dense_form(n, r, weight):
    rng = np.random.default_rng([n, r])
    diagonal, factors, core = random_form(rng, n, r)
    form = diagonal, factors, weight * core
    assert error(form, by_dense(*form)) < 1e-13


def test_two_thousand_rows_with_repeated_graded_and_absent_entries():
    rng = np.random.default_rng(0)
    diagonal, factors, core = random_form(rng, 2000)
    factors *= 10 ** rng.uniform(-14, 0, (2000, 1))
    factors[::3] = 0
    form = np.round(2 * diagonal), factors, core
    assert len(np.unique(form[0])) < 30
    assert error(form, by_dense(*form)) < 1e-13


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 0.0])
def test_an_eigenvalue_next_to_a_pole(distance):
    for form in next_to_a_pole(distance):
        assert error(form, at_60_digits(*form)) < 1e-13


def test_control_without_a_change_of_basis_half_the_digits_are_lost(monkeypatch):
    monkeypatch.setattr(inertia, "INDEPENDENT", -1.0)
    assert max(error(form, at_60_digits(*form)) for form in next_to_a_pole(1e-8)) > 1e-10


def next_to_a_pole(distance):
    """Matrices whose smallest eigenvalue is near distance / 2, where 0 is an entry of the diagonal with a large residue."""
    rng = np.random.default_rng(3)
    for _ in range(8):
        diagonal = np.append(0, 2 + rng.random(3))
        turn = np.linalg.qr(rng.standard_normal((2, 2)))[0]
        c = rng.uniform(0.2, 1)
        core = turn.T @ np.array([[1, c], [c, c * c + distance - diagonal[1]]]) @ turn
        yield diagonal, np.vstack([turn, np.zeros((2, 2))]), (core + core.T) / 2


NASTY = {
    "core is singular": ([1, 2, 3], [[1, 2], [3, 4], [5, 6]], [[1, 1], [1, 1]]),
    "core is zero": ([1, 2, 3], [[1, 2], [3, 4], [5, 6]], [[0, 0], [0, 0]]),
    "zero factor": ([1, 2], [[0, 1], [0, 2]], [[1, 1], [1, -1]]),
    "parallel factors that cancel": ([1e-3, 2e-3, 1], [[2, 1], [4, 2], [6, 3]], [[0, -1], [-1, 4]]),
    "nearly parallel factors": ([1, 2, 3], [[1, 1], [1, 1 + 1e-15], [1, 1]], [[1e3, -1e3], [-1e3, 1e3 + 1]]),
    "all entries equal": ([5, 5, 5, 5], [[1, 0], [2, 1], [3, 0], [4, 1]], [[-1, 0.5], [0.5, 2]]),
    "double eigenvalue": ([0, 1, 1, 1], [[1, 0], [0, 1], [0, 0], [0, 0]], [[1, 0], [0, 0]]),
    "more factors than rows": ([1, -1], [[1, 2, 3, 4], [0, 1, 0, -1]], np.diag([1, -1, 2, -3])),
    "one row": ([3], [[1, 2]], [[0, 1], [1, 0]]),
    "graded factors": ([1, 1 + 1e-9, 2], [[1, 1e-9], [1e-9, 1], [1e-5, 1e-12]], [[-1e-9, 1], [1, 1e-9]]),
    "huge and tiny": ([1e250, -1e249, 3e-300], [[1e200, 1e-300], [3e199, 2e-300], [0, 0]], [[1e-150, 0], [0, 1e300]]),
    "products beyond float64": ([1, 2], [[1e200, 1e-200], [-1e200, 1e-200]], [[0, 1], [1, -1e300]]),
    "smallest numbers": ([5e-324, 0], [[1e-200, 0], [0, 1]], [[1, 0], [0, 0]]),
}


@pytest.mark.parametrize("form", NASTY.values(), ids=NASTY)
def test_nasty_matrices_agree_with_60_digits(form):
    form = tuple(np.array(part, dtype=float) for part in form)
    U, S = MP.matrix(form[1].tolist()), MP.matrix(form[2].tolist())
    lengths = [MP.norm(U[:, a]) for a in range(U.cols)]
    size = sum(abs(S[a, b]) * x * y for a, x in enumerate(lengths) for b, y in enumerate(lengths))
    size += np.abs(form[0]).max()
    for got, wanted in zip(extreme_eigenvalues(*form), at_60_digits(*form), strict=True):
        # Half of the smallest number is the error of rounding to float64 there.
        assert abs(got - wanted) <= 1e-13 * size + MP.mpf(2) ** -1075


def test_an_eigenvalue_of_rank_one_by_hand():
    # I - 2 e e^T with |e|^2 = 3
    ones = np.ones((3, 1))
    assert extreme_eigenvalues(np.ones(3), ones, [[-2.0]]) == pytest.approx((-5, 1), abs=1e-13)
    assert smallest_eigenvalue([1, 2, 3], np.zeros((3, 0)), np.zeros((0, 0))) == 1
    assert largest_eigenvalue([1, 2, 3], np.zeros((3, 0)), np.zeros((0, 0))) == 3


def test_entry_points_agree():
    form = random_form(np.random.default_rng(4), 50)
    assert (smallest_eigenvalue(*form), largest_eigenvalue(*form)) == extreme_eigenvalues(*form)


@pytest.mark.parametrize("seed", range(10))
def test_interlacing_with_the_diagonal(seed):
    diagonal, factors, _ = random_form(np.random.default_rng(seed), 20)
    order = np.sort(diagonal)
    low, high = extreme_eigenvalues(diagonal, factors, np.diag([1.0, -1.0]))
    assert low <= order[1]
    assert high >= order[-2]
    low, high = extreme_eigenvalues(diagonal, factors, np.eye(2))
    assert order[0] <= low <= order[2]
    assert high >= order[-1]


def test_control_a_wrong_sign_in_the_core_is_seen():
    diagonal, factors, core = random_form(np.random.default_rng(5), 100)
    wrong = core * np.array([[1, -1], [-1, 1]])
    assert error((diagonal, factors, wrong), by_dense(diagonal, factors, core)) > 1e-3


@pytest.mark.parametrize("seed", range(5))
def test_invariance(seed):
    rng = np.random.default_rng(seed)
    diagonal, factors, core = form = random_form(rng, 300)
    low, high = wanted = extreme_eigenvalues(*form)
    order = rng.permutation(300)
    mixing = rng.standard_normal((2, 2))
    assert np.linalg.cond(mixing) < 100
    mixed = np.linalg.solve(mixing, core) @ np.linalg.inv(mixing).T
    assert error((diagonal[order], factors[order], core), wanted) < 1e-13
    assert error((diagonal, factors @ mixing, (mixed + mixed.T) / 2), wanted) < 1e-13
    assert error((diagonal + 7, factors, core), (low + 7, high + 7)) < 1e-13
    assert error((-diagonal, factors, -core), (-high, -low)) < 1e-13
    # Powers of two are split off, so scaling by them changes nothing at all.
    assert extreme_eigenvalues(2.0**900 * diagonal, 2.0**-40 * factors, 2.0**980 * core) == (
        low * 2.0**900,
        high * 2.0**900,
    )


def test_a_million_rows_in_little_memory():
    """The levels 0, 1, 2 have so few directions each that the matrix is, up to them, a 6 x 6 matrix."""
    n = 10**6
    rng = np.random.default_rng(6)
    diagonal = rng.integers(0, 3, n).astype(float)
    factors, core = rng.standard_normal((n, 2)) / 1000, np.array([[0.0, -1.0], [-1.0, 0.3]])
    R = [np.linalg.qr(factors[diagonal == level], mode="r") for level in range(3)]
    wanted = by_dense(np.repeat([0.0, 1.0, 2.0], 2), np.vstack(R), core)
    assert wanted[0] < -0.1
    assert wanted[1] > 2.1
    tracemalloc.start()
    try:
        got = extreme_eigenvalues(diagonal, factors, core)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert np.abs(got - wanted).max() < 1e-13 * terms(diagonal, factors, core)
    # The orthonormal factors and the weights, n r numbers each, the diagonal and one vector of scratch: 2 r + 2 vectors;
    # the margin is for the chunks.
    assert peak < 6.2 * 8 * n


KERNELS = pytest.mark.parametrize("kernel", [soft_residual, softmax], ids=["soft_residual", "softmax"])


@KERNELS
@pytest.mark.parametrize("centre", [-3.0, 0.5])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_hessian_core_of_generated_code(kernel, centre, weighted):
    rng = np.random.default_rng(7)
    for n in (2, 5, 60):
        t, b = centre + 0.5 * rng.standard_normal(n), rng.standard_normal(n)
        omega = rng.standard_normal(n) if weighted else 0.0
        # exp(s) + s is negative left of -0.567 and positive right of it: both signs of alpha.
        assert kernel is softmax or np.sign(kernel.reduce([(t, b, omega)])[1]) == np.sign(centre)
        wanted = np.linalg.eigvalsh(kernel.hessian(np.eye(n), t, b, omega))[[0, -1]]
        got = hessian_core_spectrum(kernel, t, b, omega)
        assert np.abs(got - wanted).max() < 1e-12 * (1 + np.abs(wanted).max())


@KERNELS
def test_one_row_has_no_curvature(kernel):
    assert hessian_core_spectrum(kernel, [0.7], [0.2]) == pytest.approx((0, 0), abs=1e-14)
    assert hessian_core_spectrum(kernel, [0.7], [0.2], 3.0) == pytest.approx((9, 9), abs=1e-12)


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_the_sharp_bounds_of_softmax_hold(n):
    rng = np.random.default_rng(n)
    for _ in range(20):
        b = rng.standard_normal(n) * rng.choice([0, 1], n)
        b[0] = rng.choice([-1, 1])
        low, high = hessian_core_spectrum(softmax, 3 * rng.standard_normal(n), b / np.abs(b).sum())
        assert -0.2404088069 <= low <= high <= 0.3081171402


def test_secular_function_is_the_ratio_of_characteristic_polynomials():
    form = random_form(np.random.default_rng(8), 6)
    diagonal = form[0]
    secular = SecularFunction(*form)
    values = np.linalg.eigvalsh(dense(*form))
    s = np.linspace(-4, 4, 24).reshape(4, 6)
    wanted = np.prod(values - s[..., None], axis=-1) / np.prod(diagonal - s[..., None], axis=-1)
    np.testing.assert_allclose(secular(s), wanted, rtol=1e-10)
    for value in extreme_eigenvalues(*form):  # simple zeros
        below, at, above = secular([value - 1e-3, value, value + 1e-3])
        assert below * above < 0
        assert abs(at) < 1e-9 * abs(below)
    assert not np.isfinite(secular(diagonal)).any()


def test_poles_are_the_entries_that_the_low_rank_term_touches():
    secular = SecularFunction([3, 1, 2, 1], [[1, 0], [1, 1], [0, 0], [2, 5]], [[1, 0], [0, 0]])
    np.testing.assert_array_equal(secular.poles, [1, 3])


BAD = {
    "diagonal: expected shape": (np.ones((2, 1)), np.ones((2, 1)), [[1]]),
    "diagonal: expected shape (n,) with n >= 1": ([], np.ones((0, 1)), [[1]]),
    "factors: expected shape (2, r)": ([1, 2], np.ones((3, 1)), [[1]]),
    "core: expected shape (1, 1)": ([1, 2], np.ones((2, 1)), [[1, 0], [0, 1]]),
    "pass (core + core.T) / 2": ([1, 2], np.ones((2, 2)), [[1, 0], [1, 1]]),
    "diagonal: expected finite": ([1, np.nan], np.ones((2, 1)), [[1]]),
    "factors: expected finite": ([1, 2], [[1], [np.inf]], [[1]]),
    "core: expected real": ([1, 2], np.ones((2, 1)), [[1j]]),
}


@pytest.mark.parametrize("message", BAD)
@pytest.mark.parametrize("function", [extreme_eigenvalues, smallest_eigenvalue, largest_eigenvalue, SecularFunction])
def test_bad_input_is_refused_with_a_remedy(function, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        function(*BAD[message])
    assert message in str(caught.value)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="s: expected a number"):
        count_below(np.nan, [1.0], [[1.0]], [[1.0]])
    with pytest.raises(OverflowError, match="scale the matrix down"):
        extreme_eigenvalues([1.0], [[1e200]], [[1.0]])
    with pytest.raises(ValueError, match="overflow"):
        hessian_core_spectrum(softmax, [0.0, 1.0], [0.5, 0.5], 1e200)
    with pytest.raises(ValueError, match="alpha = 0"):
        hessian_core_spectrum(kernel_for("s**3 + s"), [1.0, -1.0], [0.5, 0.5])
    with pytest.raises(ValueError, match="t: expected at least one entry"):
        hessian_core_spectrum(softmax, [], [])
    with pytest.raises(ValueError, match="b: expected"):
        hessian_core_spectrum(softmax, [0.0, 1.0], [0.5])
