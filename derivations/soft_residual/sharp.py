r"""-0.240409 I <= P^T diag(f (f + psi)) P <= 0.308118 I for norm1(b) <= 1 and every n: the sharp spectrum of the softmax Hessian.

Let $z$ be any vector (played by $\omega$), $h = z - \langle f, z \rangle$, $r = f \odot h^2$, $V = \sum r$, $X = \langle f, r \rangle$,
$G = \langle f, f \rangle$.  Where $V > 0$, $\rho = r / V$ lies on the simplex as $f$ does, and the form of the matrix is
$V (2 \langle f, \rho \rangle - G + \langle b, f - \rho \rangle)$.  All statements are multiplied by $V$, so that none divides by it.
With $a = f \odot h$, $\sum a = 0$ and $a_i^2 = V f_i \rho_i$: this alone gives $f + \rho \le 1$ and
$2 \langle f, \rho \rangle \le 1 - f_i - \rho_i + 4 f_i \rho_i$ for every $i$, hence $2 \langle f, \rho \rangle + (f_i - \rho_i)^2 \le 1$.
Every step holds for the rational $k = 1.3723$; the best $k$ is $(\sqrt{33} - 3)/2 = 1.37228...$, and near it the bounds move with the
square of the distance only.
"""

from collections.abc import Callable

from derivations.soft_residual import sharp_above, sharp_below, sharp_numbers
from derivations.soft_residual.sharp_terms import BEST, DEFINITIONS, GIVEN, LET, NEAR, ladder_claim
from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

DEFAULT, SOFT = Model(), Model(SOFTMAX)
SMALL_B = "norm1(b) <= 1"
WITNESS = (Status.REFUTED,)


def ladder(prefix: str, model: Model, assume: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims that lead to the bounds of Bs, for one model; of its unit they use no more than that f lies on the simplex."""

    def claim(
        name: str, statement: str, prose: str, *proof: str, depends: tuple[str, ...] = (), small: bool = False
    ) -> Claim:
        given = (*assume, SMALL_B) if small else assume
        return ladder_claim(prefix, model, given, name, statement, prose, proof, depends)

    return (
        *sharp_below.common(claim),
        *sharp_below.claims(claim),
        *sharp_above.claims(claim),
        *sharp_above.without_b(claim),
        *(decimal(claim, *row) for row in DECIMAL),
        *(sharp_below.part_from_b(claim) if prefix == "sharp" else ()),
    )


DECIMAL = (("eigmin", f"eigmin(Bs) >= -{NEAR['g']}"), ("eigmax", f"eigmax(Bs) <= {NEAR['g2']}"))


def decimal(claim: Callable[..., Claim], name: str, statement: str) -> Claim:
    """The claim with its constant as a decimal, rounded up."""
    prose = r"The constant as a decimal, rounded up."
    return claim(f"{name}-decimal", statement, prose, depends=(name,), small=True)


def about_softmax(name: str, title: str, statement: str, prose: str, *depends: str, **rest) -> Claim:
    """A claim about B or the Hessian for the softmax unit."""
    return Claim(
        id=f"softmax-{name}", title=title, statement=statement, prose=prose, model=SOFT, depends=depends,
        **{"assume": (SMALL_B,), **rest},
    )  # fmt: skip


HESSIAN = (
    about_softmax(
        "eigmin-b",
        "Least eigenvalue of B",
        f"eigmin(B) >= -{NEAR['g']}",
        r"For the softmax unit $B$ is the matrix of the claims before.",
        "softmax-eigmin-decimal",
    ),
    about_softmax(
        "eigmax-b",
        "Largest eigenvalue of B",
        f"eigmax(B) <= {NEAR['g2']}",
        r"For the softmax unit $B$ is the matrix of the claims before.",
        "softmax-eigmax-decimal",
    ),
    about_softmax(
        "hessian-below",
        "The Hessian from below",
        f"eigmin(hess(L)) >= -{NEAR['g']} * opnorm(A)**2",
        r"The Hessian is $A^\top B A$.",
        "softmax-eigmin-b",
    ),
    about_softmax(
        "hessian-above",
        "The Hessian from above",
        f"eigmax(hess(L)) <= {NEAR['g2']} * opnorm(A)**2",
        r"The Hessian is $A^\top B A$.",
        "softmax-eigmax-b",
    ),
)

SHARP = tuple(
    about_softmax(
        f"{name}-sharp",
        title,
        statement,
        r"Refuted at $n = 2$.",
        assume=assume,
        let={"P": LET["P"], "Bz": LET["Bz"]},
        expect=WITNESS,
    )
    for name, title, statement, assume in (
        ("eigmin", "The lower constant cannot be raised", "eigmin(B) >= -0.2404088", (SMALL_B, "n == 2")),
        ("eigmax", "The upper constant cannot be lowered", "eigmax(B) <= 0.3081171", (SMALL_B, "n == 2")),
        ("b-eigmax", "Nor can that of the part from b", "eigmax(B - Bz) <= 0.19245", (SMALL_B, "n == 2")),
        ("zero-eigmin", "Nor can it for b = 0", "eigmin(Bz) >= -0.0833", ()),
        ("zero-eigmax", "Nor can it for b = 0", "eigmax(Bz) <= 0.2499", ()),
    )
)

NUMBERS = (
    Claim(
        id="sharp-g",
        title="The best lower constant",
        statement="1152 * (k + 1)**4 == (55*sqrt(33) - 39) * (16 * k**2 * (k + 3))",
        let=BEST,
        prose=r"The constant of the lower bound at the best $k$, where $k^2 + 3 k = 6$.",
        depends=("definition-best-k",),
    ),
    Claim(
        id="sharp-g2",
        title="The best upper constant",
        statement="1152 * (k + 2)**4 == (55*sqrt(33) + 39) * (16 * k * (k + 3)**2)",
        let=BEST,
        prose=r"The constant of the upper bound at the best $k$, which is the same.",
        depends=("definition-best-k",),
    ),
)

CLAIMS = (
    *DEFINITIONS,
    *sharp_numbers.CLAIMS,
    *ladder("sharp", DEFAULT, GIVEN),
    *ladder("softmax", SOFT, ()),
    *HESSIAN,
    *NUMBERS,
    *SHARP,
)
