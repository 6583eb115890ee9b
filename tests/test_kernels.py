"""unit, inner layer -> kernel: the committed module where there is one, else made on the spot, and made once."""

import numpy as np
import pytest

from resmax_sym import kernels
from resmax_sym.generated import soft_residual, softmax, softmax_relu
from resmax_sym.judge import Status, judge
from resmax_sym.kernels import MODULES, kernel_for
from resmax_sym.lang import LanguageError


def test_committed_modules_are_taken_as_they_are(monkeypatch):
    monkeypatch.setattr(kernels, "source", lambda *model: pytest.fail("nothing is to be generated"))
    modules = {"soft_residual": soft_residual, "softmax": softmax, "softmax_relu": softmax_relu}
    assert {name: kernel_for(*model) for name, model in MODULES.items()} == modules
    assert {name: (module.UNIT, getattr(module, "INNER", None)) for name, module in modules.items()} == MODULES


@pytest.fixture
def proved(monkeypatch):
    """What is judged on the way: the claim, its unit and inner layer, and the verdict."""
    seen = []

    def watch(claim, **options):
        verdict = judge(claim, **options)
        seen.append((claim.id, claim.model.unit, claim.model.inner_layer, verdict.status))
        return verdict

    monkeypatch.setattr(kernels, "judge", watch)
    return seen


def public(module):
    return {name for name in vars(module) if not name.startswith(("_", "sweep"))}


def test_a_kernel_is_made_once_of_claims_proved_for_this_very_unit(proved):
    kernel = kernel_for("s**2 + 2")
    assert kernel_for("s**2 + 2") is kernel
    assert proved == [(name, "s**2 + 2", None, Status.PROVED) for name in ("total-gradient", "total-hessian")]
    assert kernel.UNIT == "s**2 + 2"
    assert public(softmax) <= vars(kernel).keys()


def test_a_layered_kernel_is_made_once_of_claims_proved_for_this_very_layer(proved):
    pair = "s**2 + 2", "max(s, -s / 2)"
    kernel = kernel_for(*pair)
    assert kernel_for(*pair) is kernel
    assert proved == [(name, *pair, Status.PROVED) for name in ("relu-total-gradient", "relu-total-hessian")]
    assert pair == (kernel.UNIT, kernel.INNER)
    assert kernel.KINKS == (0.0,)
    assert public(softmax_relu) <= vars(kernel).keys()
    assert "layer_curvature" not in vars(kernel)


def test_spelling_of_the_unit_does_not_matter():
    rng = np.random.default_rng(0)
    A, x, b = rng.standard_normal((5, 2)), rng.standard_normal(2), np.full(5, 0.2)
    for spelling in ("s+exp(s)", "exp(s)+s", " exp( s ) + s"):
        np.testing.assert_allclose(kernel_for(spelling).hessian(A, x, b), soft_residual.hessian(A, x, b), rtol=1e-13)


@pytest.mark.parametrize("unit", ["nonsense", "abs(s)", "exp(s", "1", "s +", "__import__('os').getcwd()", "s" * 10])
def test_what_is_no_unit_is_refused_in_one_line(unit):
    with pytest.raises(LanguageError) as caught:
        kernel_for(unit)
    assert "\n" not in str(caught.value)
    assert "the unit" in str(caught.value)


@pytest.mark.parametrize(
    ("inner", "word"),
    [
        ("nonsense", "the inner layer"),
        ("exp(s", "the inner layer"),
        ("1", "the inner layer"),
        ("step(s)", "continuous"),
    ],
)
def test_what_is_no_inner_layer_is_refused_in_one_line(inner, word):
    with pytest.raises(LanguageError, match=word) as caught:
        kernel_for("exp(s)", inner)
    assert "\n" not in str(caught.value)
