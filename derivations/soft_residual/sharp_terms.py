"""r = f (z - <f, z>)^2, V = sum(r), X = <f, r>, G = <f, f>: abbreviations that the claims on the sharp spectrum share."""

from resmax_sym.judge import Claim
from resmax_sym.models import Model

LET = {
    "k": "1.3723",
    "jd": "3.3723",  # k + 2
    "j": "4.3723",  # k + 3
    "ju": "5.3723",  # k + 4
    "P": "eye(n) - outer(ones(n), f)",
    "Bs": "P.T @ diag(f * (f + psi)) @ P",
    "h": "omega - inner(f, omega)",
    "r": "f * h**2",
    "V": "sum(r)",
    "X": "inner(f, r)",
    "G": "inner(f, f)",
    "N": "inner(omega, omega)",
    "g": "(k + 1)**4 / (16 * k**2 * j)",
    "s": "(k + 1)**2 / (4 * k * j)",
    "low": "(k**2 + 1)*V - 2*k**2*X",
    "g2": "jd**4 / (16 * k * j**2)",
    "s2": "jd**2 / (4 * k * j)",
    "high": "jd**2*V - 2*j*(jd*X - G*V)",
}
"""g and g2 are the constants of the theorem; `low` and `high` are what must stay above multiples of |V f - r|."""

NEAR = {"g": "0.24040881", "g2": "0.30811715"}
"""The constants, rounded up."""

GIVEN = ("u > 0",)
"""Puts f on the simplex, whatever the unit is."""

TITLES = {
    "form": "The form by weights",
    "pair": "Two weights",
    "overlap": "Overlap of the weights",
    "mean": "Mean of the pairs",
    "mean-weak": "V is at least X",
    "square": "The largest entry of f - rho",
    "lower-plus": "What bounds b from one side, below",
    "lower-minus": "What bounds b from the other side, below",
    "lower-form": "The form from below",
    "eigmin": "Least eigenvalue",
    "eigmin-decimal": "Least eigenvalue, in decimals",
    "terms-one": "Terms of a square and a remainder",
    "terms-plus": "The same with the weights of the extreme case",
    "chord-one": "G from below by X, all entries but one",
    "chord-plus": "The same with the weights of the extreme case",
    "gap-one": "G from below by X and a square, all entries but one",
    "gap-minus": "The same with the weights of the extreme case",
    "upper-plus": "What bounds b from one side, above",
    "upper-minus": "What bounds b from the other side, above",
    "upper-form": "The form from above",
    "eigmax": "Largest eigenvalue",
    "eigmax-decimal": "Largest eigenvalue, in decimals",
}


def ladder_claim(
    prefix: str,
    model: Model,
    assume: tuple[str, ...],
    name: str,
    statement: str,
    prose: str,
    proof: tuple[str, ...],
    depends: tuple[str, ...],
) -> Claim:
    """A claim over these abbreviations; what it depends on has the same prefix."""
    return Claim(
        id=f"{prefix}-{name}",
        title=TITLES[name],
        statement=statement,
        prose=prose,
        model=model,
        let=LET,
        assume=assume,
        proof=proof,
        depends=tuple(f"{prefix}-{base}" for base in depends if base not in SHARED) + tuple(b for b in depends if b in SHARED),
    )


SHARED = ("sharp-rest-plus", "sharp-rest-minus")
"""Claims about numbers alone: they do not depend on the model."""
