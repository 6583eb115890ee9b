"""The docstring of a module: what it computes, from which claims, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

HEADER = '''"""{title} for the unit phi(s) = {unit}, with {data} and omega the weights of the regulariser.

Made by `resmax-sym generate` from the proved claims {claims}; do not edit.
{scaling}Operations per row: {arithmetic} of + - * / and {functions} elementary functions for all row quantities together; besides them
{costs}.

A block is (t, b, omega) for some rows.  Each sweep gives partial sums (or maxima) of a block; `reduce` combines blocks
and returns the scalars that the maps and finishes take.  A whole array is one block.
{use}"""

import numpy as np

UNIT = {unit!r}
SCALARS = {scalars!r}
{constants}'''

SCALING = """u, v, w and with them alpha are scaled by exp(-shift), which changes nothing else (claims scaling-*).
"""


@dataclass(frozen=True)
class Wording:
    """What the header says of t and of the costs; `use` is a paragraph of its own."""

    data: str
    costs: str
    use: str = ""


LINEAR = Wording(
    "t = A x",
    "t = A x and A.T q take 2 d each, A.T W takes {products}, A.T diag(delta) A takes d (2 d + 1)",
)
LAYERED = Wording(
    "t = A2 r,\nr = rho(A1 x), rho(s) = {inner},",
    "t = A2 r and A2.T q take 2 m each, G = A2 diag(rho'(A1 x)) A1 takes 2 m d, G.T W {products}, G.T diag(delta) G d (2 d + 1)",
    """
Functions of A serve any A with t = A x: A2 and r in place of A and x give derivatives in r, G in place of A those in x.
""",
)
