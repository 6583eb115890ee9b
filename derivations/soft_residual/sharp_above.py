r"""eigmax(P^T diag(f (f + psi)) P) <= 0.308118: the steps from the overlap of the weights to the upper end of the spectrum.

In the notation of `sharp`, with $j = k + 3$, what is to be shown is $c - (k + 2) \langle f, \rho \rangle + G \ge |f_i - \rho_i|$ for every
$i$, with $2 j c = (k + 2)^2$.  The sum $G$ is bounded from below by squares of $b f - a \rho$ over all entries but one; what is left is a
polynomial in $V f_i$, $r_i$ and $V - V f_i - r_i$, which are nonnegative, with a double zero where $n = 2$.
"""

from collections.abc import Callable

from derivations.soft_residual.sharp_numbers import chord, gap
from resmax_sym.judge import Claim

CHORDS = {"one": ("1", "1", 10), "plus": ("jd", "ju", 100)}
"""Weights a, b of the squares of b f - a rho, and a number above 2 a b + a^2."""
GAPS = {"one": ("1", "1"), "minus": ("ju", "jd")}


def without_b(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """The claims about the matrix for b = 0, made by `claim`."""
    return (
        claim(
            "zero-form",
            "inner(omega, Bz @ omega) == 2*X - G*V",
            r"The same identity for $b = 0$, where $f + \psi = 2 f - G$.",
        ),
        claim(
            "zero-below",
            "inner(omega, Bz @ omega) + N/12 >= 0",
            r"$V - X - G V$ and $3 \| f \odot h - z/6 \|^2$ sum to the left side.",
            "inner(f*h - omega/6, f*h - omega/6) >= 0",
            "(V - X - G*V) + 3*inner(f*h - omega/6, f*h - omega/6) >= 0",
            depends=("zero-form", "mean"),
        ),
        claim(
            "zero-above",
            "N/4 - inner(omega, Bz @ omega) >= 0",
            r"$G \ge 3 \langle f, \rho \rangle - 1$, from the terms of $\| f - \rho \|^2$, and $\| f \odot h - z/2 \|^2 \ge 0$.",
            "inner(f*h - omega/2, f*h - omega/2) >= 0",
            f"sum({terms('one')}) >= 0",
            f"sum({terms('one')}) + inner(f*h - omega/2, f*h - omega/2) >= 0",
            depends=("zero-form", "terms-one"),
        ),
        claim("zero-eigmin", "eigmin(Bz) >= -1/12", r"What holds for every $z$.", depends=("zero-below",)),
        claim("zero-eigmax", "eigmax(Bz) <= 1/4", r"What holds for every $z$.", depends=("zero-above",)),
    )


def claims(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """The claims about one model, made by `claim`."""
    return (
        *(terms_claim(claim, name) for name in CHORDS),
        *(chord_claim(claim, name) for name in CHORDS),
        *(gap_claim(claim, name) for name in GAPS),
        upper(claim, "plus", "-", "chord-plus"),
        upper(claim, "minus", "+", "gap-minus", "gap-one", "chord-one"),
        claim(
            "upper-form",
            "g2*N - inner(omega, Bs @ omega) >= 0",
            r"$2j$ times the left side is what the two claims before bound from below, and a multiple of $\| f \odot h - s_2 z \|^2$.",
            "inner(f*h - s2*omega, f*h - s2*omega) >= 0",
            "high - inner(b, 2*j*(V*f - r)) >= 0",
            "(high - inner(b, 2*j*(V*f - r))) + 2*j*k*inner(f*h - s2*omega, f*h - s2*omega) >= 0",
            "2*j*(g2*N - inner(omega, Bs @ omega)) >= 0",
            "2*j*(g2*N - inner(omega, Bs @ omega)) / (2*j) >= 0",
            depends=("form", "upper-plus", "upper-minus"),
            small=True,
        ),
        claim(
            "eigmax",
            "eigmax(Bs) <= g2",
            r"What holds of the form for every $z$ holds of the largest eigenvalue.",
            depends=("upper-form",),
            small=True,
        ),
    )


def terms(name: str) -> str:
    """b^2 V f^2 - (2ab + a^2) f r + a^2 r."""
    a, b, _ = CHORDS[name]
    return f"({b}**2*V*f**2 - (2*{a}*{b} + {a}**2)*f*r + {a}**2*r)"


def terms_claim(claim: Callable[..., Claim], name: str) -> Claim:
    """Each term of a chord is nonnegative."""
    a, b, top = CHORDS[name]
    both = f"(2*{a}*{b} + {a}**2)"
    return claim(
        f"terms-{name}",
        f"{terms(name)} >= 0",
        r"$V$ times the left side is $(b V f - a r)^2 + a^2 r (V - V f - r)$.",
        f"({b}*V*f - {a}*r)**2 + {a}**2*r*(V - V*f - r) >= 0",
        f"V*{terms(name)} >= 0",
        f"{b}**2*V*f**2 + {a}**2*r + {both}*((V - V*f - r) + r + f*((V - V*f - r) + V*f)) + ({top} - {both})*V >= 0",
        f"{terms(name)} + {top}*V >= 0",
        depends=("pair",),
    )


def chord_claim(claim: Callable[..., Claim], name: str) -> Claim:
    """A chord is the sum of its terms, all but one."""
    a, b, _ = CHORDS[name]
    return claim(
        f"chord-{name}",
        f"{chord(a, b, 'f')} >= 0",
        r"A sum of nonnegative terms over $j \ne i$.",
        f"sum({terms(name)}) - {terms(name)} >= 0",
        depends=(f"terms-{name}",),
    )


def gap_claim(claim: Callable[..., Claim], name: str) -> Claim:
    """A sum of squares over all entries but one."""
    a, b = GAPS[name]
    square, own = f"({b}*V*f - {a}*r)**2", "r**2 + (V - r)**2 - inner(r, r)"
    return claim(
        f"gap-{name}",
        f"{gap(a, b, 'f')} >= 0",
        r"The squares of $b V f_j - a r_j$ over $j \ne i$, where $\sum_{j \ne i} r_j^2 \le (V - r_i)^2$.",
        f"sum({square}) - {square} >= 0",
        f"{own} >= 0",
        f"(sum({square}) - {square}) + {a}**2*({own}) >= 0",
    )


def upper(claim: Callable[..., Claim], name: str, sign: str, *depends: str) -> Claim:
    """high - 2j (V f - r) >= 0 and high + 2j (V f - r) >= 0."""
    return claim(
        f"upper-{name}",
        f"high {sign} 2*j*(V*f - r) >= 0",
        r"The claim about numbers, for every entry.",
        "V*f >= 0",
        "r >= 0",
        "V >= 0",
        "G*V >= 0",
        depends=(*depends, "pair", "overlap", "mean-weak", f"sharp-numbers-{name}"),
    )
