"""unit, inner layer -> kernel: the generated code for a model, from the committed modules or made on the spot from proved claims."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from resmax_sym.codegen import write_module
from resmax_sym.judge import Claim, Verdict, judge
from resmax_sym.models import RELU, SOFT_RESIDUAL, SOFTMAX, Model

TITLES = {
    (SOFT_RESIDUAL, None): "Soft-residual regression",
    (SOFTMAX, None): "Softmax regression",
    (SOFTMAX, RELU): "Softmax-ReLU regression",
}
MODULES = {"soft_residual": (SOFT_RESIDUAL, None), "softmax": (SOFTMAX, None), "softmax_relu": (SOFTMAX, RELU)}
"""Committed module -> its unit and inner layer."""


def _claims(model: Model) -> list[Claim]:
    if model.inner_layer is not None:
        from derivations.softmax_relu.totals import total_claims

        return list(total_claims(model))
    from derivations.soft_residual import CLAIMS

    claims = {claim.id: claim for claim in CLAIMS}
    return [dataclasses.replace(claims[name], model=model) for name in ("total-gradient", "total-hessian")]


def proved_claims(unit: str, inner_layer: str | None = None) -> list[Verdict]:
    """The verdicts on the gradient and the Hessian of the regularised loss, for this unit and inner layer.

    Raises
    ------
    LanguageError
        The unit is not a smooth scalar expression in s, or the inner layer no scalar expression in s.
    """
    return [judge(claim) for claim in _claims(Model(unit, inner_layer=inner_layer))]


def source(unit: str, inner_layer: str | None = None) -> str:
    """The source of the module for a unit and an inner layer; both claims are proved for these first.

    Raises
    ------
    LanguageError
        As `proved_claims`; or no code can be made, as for an inner layer that is not continuous.
    """
    return write_module(TITLES.get((unit, inner_layer), "Regression"), *proved_claims(unit, inner_layer))


@lru_cache(maxsize=16)
def kernel_for(unit: str, inner_layer: str | None = None) -> ModuleType:
    """The kernel of a unit and an inner layer: the committed module where there is one.

    Raises
    ------
    LanguageError
        As `source`.
    """
    name = next((name for name, key in MODULES.items() if key == (unit, inner_layer)), None)
    if name is not None:
        return import_module(f"resmax_sym.generated.{name}")
    module = ModuleType(f"resmax_sym.generated[{unit}{'' if inner_layer is None else f'; {inner_layer}'}]")
    text = source(unit, inner_layer)
    exec(compile(text, module.__name__, "exec"), module.__dict__)  # our own source, made from a parsed tree
    return module
