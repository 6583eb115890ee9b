"""unit -> kernel: the generated code for a unit, from the committed modules or made on the spot from proved claims."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from types import ModuleType

from resmax_sym.codegen import write_module
from resmax_sym.judge import Claim, Verdict, judge
from resmax_sym.models import SOFT_RESIDUAL, SOFTMAX, Model

TITLES = {SOFT_RESIDUAL: "Soft-residual regression", SOFTMAX: "Softmax regression"}
MODULES = {"soft_residual": SOFT_RESIDUAL, "softmax": SOFTMAX}
"""Committed module -> its unit."""


def _claims() -> dict[str, Claim]:
    from derivations.soft_residual import CLAIMS

    return {claim.id: claim for claim in CLAIMS}


def proved_claims(unit: str) -> list[Verdict]:
    """The verdicts on the gradient and the Hessian of the regularised loss, for this unit.

    Raises
    ------
    LanguageError
        The unit is not a smooth scalar expression in s.
    """
    model, claims = Model(unit), _claims()
    return [judge(dataclasses.replace(claims[name], model=model)) for name in ("total-gradient", "total-hessian")]


def source(unit: str) -> str:
    """The source of the module for `unit`; both claims are proved for this unit first.

    Raises
    ------
    LanguageError
        The unit is not a smooth scalar expression in s, or no code can be made for it.
    """
    return write_module(TITLES.get(unit, "Regression"), *proved_claims(unit))


@lru_cache(maxsize=16)
def kernel_for(unit: str) -> ModuleType:
    """The kernel of a unit: the committed module where there is one."""
    from resmax_sym.generated import soft_residual, softmax

    for module in (soft_residual, softmax):
        if unit == module.UNIT:
            return module
    module = ModuleType(f"resmax_sym.generated[{unit}]")
    exec(compile(source(unit), module.__name__, "exec"), module.__dict__)  # our own source, made from a parsed tree
    return module
