r"""eigmin(P^T diag(f (f + psi)) P) >= -0.240409: the steps from the form to the lower end of the spectrum.

In the notation of `sharp`, $k \langle f, \rho \rangle + |f_i - \rho_i| \le (k + 1/k)/2$ for every $k > 0$ and every $i$, which is the same
as $2 \langle f, \rho \rangle + (f_i - \rho_i)^2 \le 1$.  With $G + \langle f, \rho \rangle \le 1$ the form is at least
$V (3 \langle f, \rho \rangle - 1) - V |f - \rho|_\infty$, and $V = \langle f \odot h, z \rangle$ with $\| f \odot h \|^2 = X$.
"""

from collections.abc import Callable

from resmax_sym.judge import Claim


def common(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """What both ends rest on."""
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
    )


def entrywise(claim: Callable[..., Claim], name: str, sign: str, k: str = "k", low: str = "low") -> Claim:
    """(k^2 + 1) V - 2 k^2 X +- 2 k (V f - r) >= 0, with `low` for what stands before the sign."""
    T = f"{low} {sign} 2*{k}*(V*f - r)"
    own = "V*f" if sign == "+" else "r"
    return claim(
        name,
        f"{T} >= 0",
        r"$V$ times the left side is $(V \pm k (V f - r))^2 + k^2 (V^2 - 2 X V - (V f - r)^2)$. Where $V = 0$ the left side is 0, as "
        r"the last step says.",
        f"(V {sign} {k}*(V*f - r))**2 + {k}**2*(V**2 - 2*X*V - (V*f - r)**2) >= 0",
        f"V*({T}) >= 0",
        f"(17 - 2*{k} - {k}**2)*V + 2*{k}**2*(V - X) + 2*{k}*({own} + ((V - V*f - r) + {own})) >= 0",
        f"({T}) + 16*V >= 0",
        depends=("square", "mean-weak", "pair"),
    )


def claims(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """The claims about one model, made by `claim`."""
    return (
        entrywise(claim, "lower-plus", "+"),
        entrywise(claim, "lower-minus", "-"),
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
    )


def part_from_b(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """The part of the matrix that comes from b has norm at most 1/(3 sqrt(3)) = 0.19245..., by the same steps for k = sqrt(3)."""
    return (
        claim("b-form", "inner(omega, (Bs - Bz) @ omega) == inner(b, V*f - r)", r"The difference of the two forms."),
        entrywise(claim, "b-plus", "+", "k3", "low3"),
        entrywise(claim, "b-minus", "-", "k3", "low3"),
        *(b_form(claim, name, sign) for name, sign in (("below", "+"), ("above", "-"))),
        claim("b-eigmin", "eigmin(Bs - Bz) >= -g3", r"What holds for every $z$.", depends=("b-below",), small=True),
        claim("b-eigmax", "eigmax(Bs - Bz) <= g3", r"What holds for every $z$.", depends=("b-above",), small=True),
    )


def b_form(claim: Callable[..., Claim], name: str, sign: str) -> Claim:
    """g3 |z|^2 +- <b, V f - r> >= 0."""
    T, square = f"g3*N {sign} inner(omega, (Bs - Bz) @ omega)", "inner(f*h - s3*omega, f*h - s3*omega)"
    return claim(
        f"b-{name}",
        f"{T} >= 0",
        r"As for the whole form, without $G$.",
        f"{square} >= 0",
        f"low3 {sign} inner(b, 2*k3*(V*f - r)) >= 0",
        f"(low3 {sign} inner(b, 2*k3*(V*f - r))) + 2*k3**2*{square} >= 0",
        f"2*k3*({T}) >= 0",
        f"2*k3*({T}) / (2*k3) >= 0",
        depends=("b-form", "b-plus", "b-minus"),
        small=True,
    )
