"""r = f (z - <f, z>)^2, V = sum(r), X = <f, r>, G = <f, f>: abbreviations that the claims on the sharp spectrum share."""

from resmax_sym.judge import Claim
from resmax_sym.models import Model

DECIMALS = {"jd": "3.3723", "j": "4.3723", "ju": "5.3723"}
"""k + 2, k + 3, k + 4."""

RATIONAL = {"k": "1.3723"}
BEST = {"k": "(sqrt(33) - 3) / 2"}

DEFINITIONS = (
    *(
        Claim(
            id=f"definition-{name}",
            title=f"A number beside k: {name}",
            statement=f"{name} == k + {step}",
            let=RATIONAL | DECIMALS,
            prose=r"The rational $k = 1.3723$ of this chapter, and the numbers that its polynomials are written in.",
        )
        for step, name in enumerate(DECIMALS, start=2)
    ),
    Claim(
        id="definition-best-k",
        title="The best k",
        statement="k**2 + 3*k == 6",
        let=BEST,
        prose=r"$k = (\sqrt{33} - 3)/2$ is the positive root of $k^2 + 3k = 6$.",
    ),
)

HIGH = "jd**2*V - 2*j*(jd*X - G*V)"

LET = {
    **RATIONAL,
    **DECIMALS,
    "P": "eye(n) - outer(ones(n), f)",
    "Bs": "P.T @ diag(f * (f + psi)) @ P",
    "Bz": "P.T @ diag(f * (2*f - inner(f, f))) @ P",
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
    "high": HIGH,
    "k3": "1.7321",
    "g3": "(k3**2 + 1)**2 / (16 * k3**3)",
    "s3": "(k3**2 + 1) / (4 * k3**2)",
    "low3": "(k3**2 + 1)*V - 2*k3**2*X",
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
    "zero-form": "The form for b = 0",
    "zero-below": "The form for b = 0 from below",
    "zero-above": "The form for b = 0 from above",
    "zero-eigmin": "Least eigenvalue for b = 0",
    "zero-eigmax": "Largest eigenvalue for b = 0",
    "b-form": "The part of the form from b",
    "b-plus": "What bounds b from one side, without G",
    "b-minus": "What bounds b from the other side, without G",
    "b-below": "The part from b from below",
    "b-above": "The part from b from above",
    "b-eigmin": "Least eigenvalue of the part from b",
    "b-eigmax": "Largest eigenvalue of the part from b",
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
        depends=tuple(f"{prefix}-{base}" for base in depends if base not in SHARED)
        + tuple(b for b in depends if b in SHARED),
    )


SHARED = ("sharp-numbers-plus", "sharp-numbers-minus")
"""Claims about numbers alone: they do not depend on the model."""
