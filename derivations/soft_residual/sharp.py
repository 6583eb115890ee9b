r"""-0.240409 I <= P^T diag(f (f + psi)) P <= 0.308118 I for norm1(b) <= 1 and every n: the sharp spectrum of the softmax Hessian.

Let $z$ be any vector (played by $\omega$), $h = z - \langle f, z \rangle$, $r = f \odot h^2$, $V = \sum r$, $X = \langle f, r \rangle$,
$G = \langle f, f \rangle$.  Where $V > 0$, $\rho = r / V$ lies on the simplex as $f$ does, and the form of the matrix is
$V (2 \langle f, \rho \rangle - G + \langle b, f - \rho \rangle)$.  All statements are multiplied by $V$, so that none divides by it.
With $a = f \odot h$, $\sum a = 0$ and $a_i^2 = V f_i \rho_i$: this alone gives $f + \rho \le 1$ and
$2 \langle f, \rho \rangle \le 1 - f_i - \rho_i + 4 f_i \rho_i$ for every $i$, hence $2 \langle f, \rho \rangle + (f_i - \rho_i)^2 \le 1$.
Every step holds for the rational $k = 1.3723$; the best $k$ is $(\sqrt{33} - 3)/2 = 1.37228...$, and near it the bounds move with the
square of the distance only.
"""

from derivations.soft_residual import sharp_above
from derivations.soft_residual.sharp_terms import GIVEN, NEAR, ladder_claim
from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

EVERY_UNIT, SOFT = Model(), Model(SOFTMAX)
SMALL_B = "norm1(b) <= 1"
WITNESS = (Status.REFUTED,)


def ladder(prefix: str, model: Model, assume: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims that lead to the bounds of Bs, for one model."""

    def claim(name: str, statement: str, prose: str, *proof: str, depends: tuple[str, ...] = (), small: bool = False) -> Claim:
        given = (*assume, SMALL_B) if small else assume
        return ladder_claim(prefix, model, given, name, statement, prose, proof, depends)

    def lower(name: str, sign: str, first: str, second: str) -> Claim:
        T = f"low {sign} 2*k*(V*f - r)"
        return claim(
            f"lower-{name}",
            f"{T} >= 0",
            r"$V$ times the left side is $(V \pm k (V f - r))^2 + k^2 (V^2 - 2 X V - (V f - r)^2)$. Where $V = 0$ the left side is 0, as "
            r"the step before says.",
            f"(V {sign} k*(V*f - r))**2 + k**2*(V**2 - 2*X*V - (V*f - r)**2) >= 0",
            f"V*({T}) >= 0",
            f"(17 - 2*k - k**2)*V + 2*k**2*(V - X) + 2*k*({first} + ((V - V*f - r) + {second})) >= 0",
            f"({T}) + 16*V >= 0",
            depends=("square", "mean-weak", "pair"),
        )

    return (
        claim(
            "form",
            "inner(omega, Bs @ omega) == 2*X - G*V + inner(b, V*f - r)",
            r"$z^\top B z = \sum_i f_i (f_i + \psi_i) h_i^2$ with $\psi = f - b - \langle f, f - b \rangle$, written out.",
        ),
        claim(
            "pair",
            "V - V*f - r >= 0",
            r"$f + \rho \le 1$, entry by entry: by Cauchy-Schwarz on $f_i h_i = -\sum_{j \ne i} f_j h_j$.",
        ),
        claim(
            "overlap",
            "V - V*f - r + 4*f*r - 2*X >= 0",
            r"$2 \langle f, \rho \rangle \le 1 - f - \rho + 4 f \odot \rho$, entry by entry: among the numbers $a_j = f_j h_j$, "
            r"$j \ne i$, let the positive ones sum to $s$ and the negative ones to $-t$; then $s - t = -a_i$, $s + t$ is bounded by "
            r"Cauchy-Schwarz, and $\sum_{j \ne i} a_j^2 \le s^2 + t^2$.",
        ),
        claim(
            "mean",
            "V - X - G*V >= 0",
            r"The mean of $1 - f - \rho \ge 0$ with the weights $f$.",
            "inner(f, V - V*f - r) >= 0",
            depends=("pair",),
        ),
        claim(
            "mean-weak",
            "V - X >= 0",
            r"The same without $G \ge 0$.",
            "(V - X - G*V) + G*V >= 0",
            depends=("mean",),
        ),
        claim(
            "square",
            "V**2 - 2*X*V - (V*f - r)**2 >= 0",
            r"$2 \langle f, \rho \rangle + (f_i - \rho_i)^2 \le 1$ for every $i$; an equality where $n = 2$.",
            "V*(V - V*f - r + 4*f*r - 2*X) + (V*f + r)*(V - V*f - r) >= 0",
            depends=("pair", "overlap"),
        ),
        lower("plus", "+", "V*f", "V*f"),
        lower("minus", "-", "r", "r"),
        claim(
            "lower-form",
            "inner(omega, Bs @ omega) + g*N >= 0",
            r"$2k$ times the left side is the sum of $2k (V - X - G V)$, of what the two claims before bound from below by Hoelder's "
            r"inequality, and of a multiple of $\| f \odot h - s z \|^2$, which is where $V = \langle f \odot h, z \rangle$ comes in.",
            "inner(f*h - s*omega, f*h - s*omega) >= 0",
            "low + inner(b, 2*k*(V*f - r)) >= 0",
            "2*k*(V - X - G*V) + (low + inner(b, 2*k*(V*f - r))) + 2*k*j*inner(f*h - s*omega, f*h - s*omega) >= 0",
            "2*k*(inner(omega, Bs @ omega) + g*N) >= 0",
            "2*k*(inner(omega, Bs @ omega) + g*N) / (2*k) >= 0",
            depends=("form", "mean", "lower-plus", "lower-minus"),
            small=True,
        ),
        claim(
            "eigmin",
            "eigmin(Bs) >= -g",
            r"What holds of the form for every $z$ holds of the least eigenvalue.",
            depends=("lower-form",),
            small=True,
        ),
        *sharp_above.claims(claim),
        claim(
            "eigmin-decimal",
            f"eigmin(Bs) >= -{NEAR['g']}",
            r"The constant as a decimal, rounded up.",
            depends=("eigmin",),
            small=True,
        ),
        claim(
            "eigmax-decimal",
            f"eigmax(Bs) <= {NEAR['g2']}",
            r"The constant as a decimal, rounded up.",
            depends=("eigmax",),
            small=True,
        ),
    )


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
    about_softmax(f"{name}-sharp", title, statement, r"Refuted at $n = 2$.", sizes={"n": (2,)}, expect=WITNESS)
    for name, title, statement in (
        ("eigmin", "The lower constant cannot be raised", "eigmin(B) >= -0.2404"),
        ("eigmax", "The upper constant cannot be lowered", "eigmax(B) <= 0.3081"),
    )
)

CLAIMS = (
    *sharp_above.RESTS,
    *ladder("sharp", EVERY_UNIT, GIVEN),
    *ladder("softmax", SOFT, ()),
    *HESSIAN,
    *SHARP,
)
