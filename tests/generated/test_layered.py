"""Code for models with an inner layer agrees with 60 digits, with differences, and with the linear model where A = G."""

import inspect

import numpy as np
import pytest
from layer_instances import LAYERS, instance, instances, kernel
from numpy.testing import assert_allclose
from running_magnitude import MP, Reference, exact, vector

from resmax_sym.generated import softmax, softmax_relu

LAYER = pytest.mark.parametrize("inner", LAYERS)
RHO = {"max(s, 0)": lambda s: max(s, 0), "log(1+exp(s))": lambda s: MP.log1p(MP.exp(s)), "tanh(s)": MP.tanh}


def within(got, terms):
    """The largest error relative to the sum of the absolute values of the terms."""
    ratios = [
        float(abs(MP.mpf(float(value)) - term.value) / max(term.size, MP.mpf("1e-280")))
        for value, term in zip(np.ravel(got), np.ravel(terms), strict=True)
    ]
    assert np.isfinite(ratios).all()
    return max(ratios)


def errors(module, data):
    """quantity -> the worst ratio at one instance: the chain rule through exact numbers, from s, r, r', r'' as the layer gives them."""
    A1, A2, x, b, omega = data
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        r, r1, r2 = module.layer(A1 @ x)
        found = [getattr(module, name)(A1, A2, x, b, omega) for name in ("loss", "gradient", "hessian")]
        columns = [module.hessian_vector_product(A1, A2, x, b, z, omega) for z in np.eye(len(x))]
        G = module.jacobian(A1, A2, r1)
    reference = Reference("exp(s)", A2 @ r, b, omega)
    first, second = (np.array([vector(row) for row in matrix], dtype=object) for matrix in (A1, A2))
    jacobian = second @ (vector(r1)[:, None] * first)
    B = np.array([[reference.entry(i, j) for j in range(len(b))] for i in range(len(b))], dtype=object)
    hessian = jacobian.T @ B @ jacobian
    if r2 is not None:
        weights = (second.T @ reference.gradient) * vector(r2)
        hessian = hessian + first.T @ (weights[:, None] * first)
    return {
        "loss": within(found[0], reference.loss),
        "gradient": within(found[1], jacobian.T @ reference.gradient),
        "hessian": within(found[2], hessian),
        "product": within(np.array(columns).T, hessian),
        "jacobian": within(G, jacobian),
    }


@LAYER
def test_instances_reach_far(inner):
    """Entries of A1 x up to 1000 for ReLU, where t then has entries in the hundreds; tanh is flat long before."""
    far = {"max(s, 0)": (500, 100), "log(1+exp(s))": (50, 10), "tanh(s)": (50, 0.1)}[inner]
    layers = [(A1 @ x, A2, kernel(inner).layer(A1 @ x)) for A1, A2, x, *_ in instances(inner)]
    assert max(np.abs(s).max() for s, _, _ in layers) > far[0]
    assert max(np.abs(A2 @ r).max() for _, A2, (r, _, _) in layers) > far[1]
    assert 0.1 < np.mean(np.concatenate([r1 for _, _, (_, r1, _) in layers]) > 0.5) < 0.9


@LAYER
def test_every_function_agrees_with_sixty_digits(inner):
    for data in instances(inner):
        found = errors(kernel(inner), data)
        print(f"{inner}: " + ", ".join(f"{name} {error:.1e}" for name, error in found.items()))
        assert {name: error for name, error in found.items() if not error <= 1e-12} == {}


MUTANTS = {
    "gradient": ("max(s, 0)", ("A1.T @ (r1 * back.T).T", "A1.T @ (1.0000000001 * r1 * back.T).T")),
    "hessian": ("max(s, 0)", ("A2 @ (r1[:, None] * A1)", "A2 @ ((1.0000000001 * r1)[:, None] * A1)")),
    "product": ("max(s, 0)", ("y = r1 * (A1 @ z)", "y = 1.0000000001 * r1 * (A1 @ z)")),
    "curvature": ("tanh(s)", ("products(A1, r2 * back,", "products(A1, 1.0000000001 * r2 * back,")),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_factor_off_by_a_ten_billionth_is_caught(name):
    inner, change = MUTANTS[name]
    worst = max(
        errors(kernel(inner, change), data).get(name.replace("curvature", "hessian")) for data in instances(inner)
    )
    assert worst > 1e-12


def loss_by_definition(inner, A1, A2, x, b, omega):
    """1/2 ||f - b||^2 + 1/2 ||omega t||^2 at 60 digits, x given in these."""
    s = [sum((exact(a).value * c for a, c in zip(row, x, strict=True)), MP.mpf(0)) for row in A1]
    r = [RHO[inner](c) for c in s]
    t = [sum((exact(a).value * c for a, c in zip(row, r, strict=True)), MP.mpf(0)) for row in A2]
    u = [MP.exp(c) for c in t]
    rows = zip(u, t, map(float, b), map(float, omega), strict=True)
    return sum(((v / sum(u) - MP.mpf(k)) ** 2 + (MP.mpf(w) * c) ** 2 for v, c, k, w in rows), MP.mpf(0)) / 2


@LAYER
def test_derivatives_agree_with_differences_at_sixty_digits(inner):
    """From the definition of the loss alone: central differences with steps of 1e-12, which cross no kink."""
    A1, A2, x, b, omega = instance(np.random.default_rng(3), 5, 4, 3)
    x0, h, module = [MP.mpf(float(c)) for c in x], MP.mpf("1e-12"), kernel(inner)

    def at(*moves):
        point = list(x0)
        for j, sign in moves:
            point[j] += sign * h
        return loss_by_definition(inner, A1, A2, point, b, omega)

    assert module.loss(A1, A2, x, b, omega) == pytest.approx(float(at()), rel=1e-13)
    gradient = [float((at((j, 1)) - at((j, -1))) / (2 * h)) for j in range(3)]
    assert_allclose(module.gradient(A1, A2, x, b, omega), gradient, rtol=0, atol=1e-12 * max(map(abs, gradient)))

    def second(j, k):
        corners = [(p, q, at((j, p), (k, q))) for p in (1, -1) for q in (1, -1)]
        return float(sum((p * q * value for p, q, value in corners), MP.mpf(0)) / (4 * h**2))

    hessian = np.array([[second(j, k) for k in range(3)] for j in range(3)])
    assert_allclose(module.hessian(A1, A2, x, b, omega), hessian, rtol=0, atol=1e-12 * np.abs(hessian).max())


def test_differences_see_a_missing_curvature():
    change = (" + layer_curvature(A1, r2, gradient_at(A2, r, b, omega))", "")
    data = instance(np.random.default_rng(3), 5, 4, 3)
    full, without = (kernel("tanh(s)", c).hessian(*data) for c in (("", ""), change))
    assert np.abs(full - without).max() > 1e-3 * np.abs(full).max()


def test_in_a_cell_relu_is_the_linear_model_with_its_jacobian():
    """And the row functions of the two committed softmax modules are one text."""
    A1, A2, x, b, omega = instance(np.random.default_rng(5), 12, 6, 3)
    G = softmax_relu.jacobian(A1, A2, softmax_relu.layer(A1 @ x)[1])
    for name in ("loss", "gradient", "hessian"):
        layered, linear = getattr(softmax_relu, name)(A1, A2, x, b, omega), getattr(softmax, name)(G, x, b, omega)
        assert_allclose(layered, linear, rtol=1e-12, atol=1e-14)
    rows = "reduce sweep_1 sweep_2 sweep_3 loss_finish products gradient_map hessian_map hessian_finish product_map product_finish"
    for name in rows.split():
        assert inspect.getsource(getattr(softmax_relu, name)) == inspect.getsource(getattr(softmax, name))
