"""solve((A1, A2), b, inner_layer=...): what it takes, what it refuses in one line, and what it says of the cell."""

import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem, Problem, Status, kernel_of, layered_kernel_of, solve, solve_problem


def test_relu_by_its_names(layers):
    A1, A2, b = layers(20, 6, 3)
    one = solve((A1, A2), b, inner_layer="relu")
    assert one.success
    for name in ("ReLU", "max(s, 0)", " max(s,0) "):
        assert solve([A1, A2], b, inner_layer=name).x.tolist() == one.x.tolist()
    assert layered_kernel_of(" exp( s )", "relu") is softmax_relu
    direct = solve_problem(LayeredProblem(A1, A2, b, kernel=softmax_relu))
    assert direct.x.tolist() == one.x.tolist()
    assert (one.method, direct.method) == ("exact", "exact")
    assert solve((A1, A2), b, inner_layer="relu", seed=1).history[0].fun != one.history[0].fun


def test_the_identity_as_inner_layer_is_the_linear_problem(layers, monkeypatch):
    """A kernel with rho = s, by hand: the same minimiser as with A = A2 A1."""
    A1, A2, b = layers(30, 6, 3)
    identity = type("Kernel", (), vars(softmax_relu) | {"KINKS": (), "INNER": "s"})
    identity.layer = staticmethod(lambda s: (s, np.ones_like(s), None))
    for name in ("reduce", "unit_range", "loss_finish", "gradient_rows", "hessian_rows", "hessian_core", "gradient_map",
                 "gradient_finish", "hessian_finish", "jacobian", "jacobian_products"):  # fmt: skip
        setattr(identity, name, staticmethod(getattr(softmax_relu, name)))
    ours = solve_problem(LayeredProblem(A1, A2, b, 0.1, kernel=identity))
    linear = solve_problem(Problem(A2 @ A1, b, 0.1, kernel=kernel_of("exp(s)")))
    assert ours.status is linear.status is Status.CONVERGED
    np.testing.assert_allclose(ours.x, linear.x, rtol=1e-7)
    assert ours.fun == pytest.approx(linear.fun, rel=1e-12)


def test_softplus_made_on_the_spot(layers):
    A1, A2, b = layers(20, 4, 2)
    result = solve((A1, A2 / 3), b, inner_layer="softplus", omega=0.1)
    assert "layer_curvature" in vars(layered_kernel_of("exp(s)", "softplus"))
    assert "layer_curvature" not in vars(softmax_relu)
    assert result.status is Status.CONVERGED
    s = A1 @ result.x
    t = A2 / 3 @ np.log1p(np.exp(s))
    u = np.exp(t)
    by_hand = (((u / u.sum() - b) ** 2).sum() + ((0.1 * t) ** 2).sum()) / 2
    assert result.fun == pytest.approx(by_hand, rel=1e-12)


def test_kinds_of_data_end_alike(layers, tmp_path):
    A1, A2, b = layers(40, 6, 3)
    np.save(tmp_path / "A2.npy", A2)
    expected = solve((A1, A2), b, inner_layer="relu", omega=0.05)
    chunked = da.from_array(A2, chunks=(11, -1))
    for outer in (sps.csr_array(A2), np.load(tmp_path / "A2.npy", mmap_mode="r"), chunked):
        found = solve((sps.csr_array(A1), outer), b, inner_layer="relu", omega=0.05)
        np.testing.assert_allclose(found.x, expected.x, rtol=1e-6)
        assert found.status is expected.status
    single = solve((A1.astype("f4"), A2.astype("f4")), b, inner_layer="relu", omega=0.05)
    assert single.fun == pytest.approx(expected.fun, rel=1e-6)


BAD = {
    "one matrix": (lambda a: {"A": a[0]}, r"A: expected the pair \(A1, A2\) beside inner_layer='relu', got ndarray"),
    "three matrices": (lambda a: {"A": (*a, a[0])}, r"A: expected the pair \(A1, A2\)"),
    "two matrices and no layer": (
        lambda a: {"inner_layer": None},
        "A: expected one matrix without an inner layer, got a tuple",
    ),
    "no text": (lambda a: {"inner_layer": 3}, "inner_layer: expected relu, softplus, tanh or an expression"),
    "no unit": (lambda a: {"unit": 3}, "unit: expected an expression in s"),
    "no name": (lambda a: {"inner_layer": "rleu"}, "inner_layer: expected relu, softplus, tanh or an expression in s"),
    "sampled": (lambda a: {"method": "sampled"}, "method: expected auto, exact or plain beside an inner layer"),
    "no method": (lambda a: {"method": "newton"}, "method: expected one of"),
    "audit": (lambda a: {"audit": True}, "audit: expected the linear problem, got an inner layer"),
    "seed": (lambda a: {"seed": -1}, "seed: expected an integer >= 0"),
    "x0": (lambda a: {"x0": [1.0]}, r"x0: expected length 3 \(the columns of A1\), got 1"),
    "omega": (lambda a: {"omega": [1.0]}, r"omega: expected length 20 \(the rows of A2\), got 1"),
    "swapped": (lambda a: {"A": a[::-1]}, "A2: expected 20 columns, one per row of A1"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_gets_one_line(layers, case):
    change, words = BAD[case]
    *pair, b = layers(20, 6, 3)
    options = {"A": tuple(pair), "b": b, "inner_layer": "relu"} | change(tuple(pair))
    with pytest.raises(ValueError, match=words) as error:
        solve(**options)
    assert "\n" not in str(error.value)


def test_a_start_where_alpha_is_zero(kernel):
    # t = 0 at x = 0, where alpha = 2; t = -0.567... makes exp(t) + t = 0
    root = -0.5671432904097838
    problem = LayeredProblem([[1.0]], [[root], [root]], [0.5, 0.5], kernel=kernel("relu", "exp(s) + s"))
    with pytest.raises(ValueError, match="x0: expected a start where alpha = sum phi"):
        solve_problem(problem, [1.0])


def test_certificate_inside_a_region_or_the_reason(layers):
    A1, A2, b = layers(12, 6, 2, 5)
    inside = solve((A1, A2), b, inner_layer="relu", certify=True)
    assert inside.status is Status.CONVERGED
    assert inside.certificate
    assert inside.certificate.region == "".join("+" if s > 0 else "-" for s in A1 @ inside.x)
    assert inside.certificate.distance < inside.kink_distance
    on_kink = solve(
        ([[1.0], [-1.0]], [[1.0, 1.0], [0.0, 0.0]]), [0.25, 0.75], inner_layer="relu", x0=[1.0], certify=True
    )
    assert not on_kink.certificate
    assert "x is on a kink" in str(on_kink.certificate)
