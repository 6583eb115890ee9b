"""closed_forms reads the layer off proved claims, and refuses claims of any other form."""

import dataclasses
import functools

import pytest
import sympy as sp

from derivations.softmax_relu.totals import CLAIMS, total_claims
from resmax_sym.codegen.forms import closed_forms
from resmax_sym.judge import Status, judge
from resmax_sym.lang import LanguageError, S
from resmax_sym.lang.special import step
from resmax_sym.models import SOFTMAX, Model

SMOOTH = Model(SOFTMAX, inner_layer="s**2")
GRADIENT = "(q + omega**2 * t)"


@functools.cache
def verdicts(model):
    return tuple(judge(claim) for claim in total_claims(model))


def proved(claim, **changes):
    verdict = judge(dataclasses.replace(claim, **changes))
    assert verdict.status is Status.PROVED
    return verdict


def test_relu_is_read_off_its_claims():
    assert [c.statement for c in total_claims(CLAIMS[0].model)] == [c.statement for c in CLAIMS]
    forms = closed_forms(*verdicts(CLAIMS[0].model))
    assert (forms.layer.slope, forms.layer.bend) == (step(S), None)
    assert forms.ids == ("relu-total-gradient", "relu-total-hessian")
    assert len(forms.split.basis) == 2


def test_a_curved_layer_is_read_off_its_claims():
    layer = closed_forms(*verdicts(SMOOTH)).layer
    assert (layer.rho, layer.slope, layer.bend) == (S**2, 2 * S, sp.Integer(2))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PROVED])
@pytest.mark.parametrize("position", [0, 1])
def test_a_verdict_short_of_proved_makes_no_code(position, status):
    given = list(verdicts(SMOOTH))
    given[position] = dataclasses.replace(given[position], status=status)
    with pytest.raises(LanguageError, match=f"made from proved claims alone.*{status}"):
        closed_forms(*given)


def test_without_its_curvature_the_hessian_of_a_curved_layer_is_refuted():
    _, claim = total_claims(SMOOTH)
    wrong = judge(dataclasses.replace(claim, statement=claim.statement.partition(" + A1.T")[0]))
    assert wrong.status is Status.REFUTED
    with pytest.raises(LanguageError, match="refuted"):
        closed_forms(verdicts(SMOOTH)[0], wrong)


@pytest.mark.parametrize(
    ("position", "statement"),
    [
        (0, f"grad(L_tot) == A1.T @ diag(2 * s) @ A2.T @ {GRADIENT}"),  # no single matrix in front
        (0, f"grad(L_tot) == D(t).T @ {GRADIENT}"),  # true of every layer, and says nothing of rho'
        (0, f"grad(L_tot) == (A2 @ (diag(2 * s) @ A1)).T @ {GRADIENT}"),
        (0, "grad(L) == G.T @ q"),  # of another loss than the Hessian
        (1, "hess(L_tot) == D(grad(L_tot))"),
        (1, f"hess(L_tot) == A1.T @ diag((A2.T @ {GRADIENT}) * 2) @ A1 + G.T @ (B + diag(omega**2)) @ G"),
        (1, f"hess(L_tot) == G.T @ (B + diag(omega**2)) @ G + A1.T @ diag(2 * (A2.T @ {GRADIENT})) @ A1"),
        (1, f"hess(L_tot) == G.T @ (B + diag(omega**2)) @ G + 2 * A1.T @ diag(A2.T @ {GRADIENT}) @ A1"),
        (1, "hess(L_tot) == G.T @ (B + diag(omega**2)) @ G + A1.T @ diag((A2.T @ (q + omega * omega * t)) * 2) @ A1"),
    ],
)
def test_a_proved_claim_of_another_form_is_refused(position, statement):
    given = list(verdicts(SMOOTH))
    given[position] = proved(total_claims(SMOOTH)[position], statement=statement)
    with pytest.raises(LanguageError, match="expected"):
        closed_forms(*given)


def test_claims_of_two_layers_do_not_mix():
    with pytest.raises(LanguageError, match="different models"):
        closed_forms(verdicts(SMOOTH)[0], verdicts(CLAIMS[0].model)[1])


def test_two_spellings_of_the_jacobian_do_not_mix():
    claim = total_claims(SMOOTH)[0]
    other = proved(claim, let={**claim.let, "G": "A2 @ diag(s + s) @ A1"})
    with pytest.raises(LanguageError, match="expected the Jacobian"):
        closed_forms(other, verdicts(SMOOTH)[1])
