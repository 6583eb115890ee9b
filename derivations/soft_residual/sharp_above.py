r"""eigmax(P^T diag(f (f + psi)) P) <= 0.308118: the steps from the overlap of the weights to the upper end of the spectrum.

In the notation of `sharp`, with $j = k + 3$, what is to be shown is $c - (k + 2) \langle f, \rho \rangle + G \ge |f_i - \rho_i|$ for every
$i$, with $2 j c = (k + 2)^2$.  The sum $G$ is bounded from below by squares of $b f - a \rho$ over all entries but one; what is left is a
polynomial in $V f_i$, $r_i$ and $V - V f_i - r_i$, which are nonnegative, with a double zero where $n = 2$.
"""

from collections.abc import Callable

from resmax_sym.judge import Claim

PAIR = "(V - V*f - r)"
OVERLAP = "(V - V*f - r + 4*f*r - 2*X)"
CHORDS = {"one": ("1", "1", 10), "plus": ("jd", "ju", 100)}
"""Weights a, b of the squares of b f - a rho, and a number above 2 a b + a^2."""
GAPS = {"one": ("1", "1"), "minus": ("ju", "jd")}
NUMBERS = {"a1": "a1 >= 0", "a2": "a2 >= 0", "a3": "a3 >= 0"}
"""They stand for V f, r and V - V f - r."""


def chord(a: str, b: str) -> str:
    """V times b^2 (G - f^2) - (2ab + a^2)(X/V - f rho) + a^2 (1 - rho)."""
    return f"({b}**2*V*(G - f**2) - (2*{a}*{b} + {a}**2)*(X - f*r) + {a}**2*(V - r))"


def gap(a: str, b: str) -> str:
    """V^2 times b^2 (G - f^2) - 2ab (X/V - f rho) + a^2 (1 - rho)^2."""
    return f"({b}**2*V**2*(G - f**2) - 2*{a}*{b}*V*(X - f*r) + {a}**2*(V - r)**2)"


def multiplier(p: str, r: str, e: str) -> str:
    """What the overlap is multiplied by in the second of the two cases."""
    return f"j*jd*((j**2 - 4*j - 1)*({p} + {r})**2 + 2*(j - 3)*jd*{p}*{e} + (j - 4)*jd*({e}**2 + 2*{r}*{e}))"


def rest(name: str, p: str, r: str, e: str) -> str:
    """What is left of V T or V^3 T: the same sums for G = X = 0, over p = V f, r and e, with V = p + r + e."""
    V = f"({p} + {r} + {e})"
    overlap = f"({V}**2 - ({p} + {r})*{V} + 4*{p}*{r})"
    chord = "(-{b}**2*{p}**2 + (2*{a}*{b} + {a}**2)*{p}*{r} + {a}**2*({V} - {r})*{V})"
    gap = "(-{b}**2*{p}**2 + 2*{a}*{b}*{p}*{r} + {a}**2*({V} - {r})**2)"
    names = {"p": p, "r": r, "V": V}
    if name == "plus":
        T = f"ju**2*(jd**2*{V}**2 - 2*j*({p} - {r})*{V})"
        return f"{T} - 2*j*{chord.format(a='jd', b='ju', **names)} - j**2*jd**2*{overlap}"
    T = f"jd**2*(jd**2*{V}**2 + 2*j*({p} - {r})*{V})*{V}**2"
    gaps = f"2*j*({p} + {r})**2*{gap.format(a='ju', b='jd', **names)} + 4*j*jd**2*{e}*{p}*{gap.format(a='1', b='1', **names)}"
    chords = f"2*j*jd**2*({e}**2 + 2*{r}*{e})*{chord.format(a='1', b='1', **names)}"
    return f"{T} - ({gaps} + {chords}) - {multiplier(p, r, e)}*{overlap}"


SQUARES = {
    "plus": "(j**2 + 1)*{s1}**2",
    "minus": "(j**2 - 4*j + 1)*(a1**2*{s1}**2 + 2*a1*a2*{s2}**2 + a2**2*{s3}**2)"
    " + a3*(7.5*a1*{s4}**2 + 6.5*a2*{s5}**2 + 1.5*a3*{s1}**2)",
}
ROOTS = {
    "plus": {"s1": "(jd*a1 - ju*a2 - a3/2)"},
    "minus": {
        "s1": "(ju*a1 - jd*a2)",
        "s2": "(ju*a1 - jd*a2 - a3)",
        "s3": "(ju*a1 - jd*a2 - 4*a3)",
        "s4": "(ju*a1 - jd*a2 + 2.5*a3)",
        "s5": "(ju*a1 - jd*a2 + 2*a3)",
    },
}
"""What is left is one of these sums of squares and a polynomial without negative coefficients."""


def number_claims(name: str) -> tuple[Claim, Claim]:
    """Two claims about nonnegative numbers: a sum of squares, and what is left."""
    let = {"jd": "3.3723", "j": "4.3723", "ju": "5.3723"}
    whole, roots = rest(name, "a1", "a2", "a3"), ROOTS[name]
    squares = Claim(
        id=f"sharp-squares-{name}",
        title="Squares with nonnegative factors",
        statement=f"{SQUARES[name].format(**{s: s for s in roots})} >= 0",
        parameters=(NUMBERS if "a1" in SQUARES[name] else {}) | dict.fromkeys(roots, ""),
        let=let,
        prose=r"No term is negative, whatever the roots are.",
    )
    put_in = SQUARES[name].format(**roots)
    return squares, Claim(
        id=f"sharp-rest-{name}",
        title="What is left, a polynomial in three numbers",
        statement=f"{whole} >= 0",
        parameters=NUMBERS,
        let=let,
        prose=r"A sum of squares with nonnegative factors, and a polynomial whose coefficients are all positive. It vanishes for "
        r"$a_3 = 0$ at one ratio of the other two.",
        proof=(f"{put_in} >= 0", f"{whole} >= {put_in}"),
        depends=(squares.id,),
    )


RESTS = (*number_claims("plus"), *number_claims("minus"))


def claims(claim: Callable[..., Claim]) -> tuple[Claim, ...]:
    """The claims about one model, made by `claim`."""
    return (
        *(terms_claim(claim, name) for name in CHORDS),
        *(chord_claim(claim, name) for name in CHORDS),
        *(gap_claim(claim, name) for name in GAPS),
        upper(claim, "plus", "-", "r", "r"),
        upper(claim, "minus", "+", "V*f", "V*f"),
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
        f"({b}*V*f - {a}*r)**2 + {a}**2*r*{PAIR} >= 0",
        f"V*{terms(name)} >= 0",
        f"{b}**2*V*f**2 + {a}**2*r + {both}*({PAIR} + r + f*({PAIR} + V*f)) + ({top} - {both})*V >= 0",
        f"{terms(name)} + {top}*V >= 0",
        depends=("pair",),
    )


def chord_claim(claim: Callable[..., Claim], name: str) -> Claim:
    """A chord is the sum of its terms, all but one."""
    a, b, _ = CHORDS[name]
    return claim(
        f"chord-{name}",
        f"{chord(a, b)} >= 0",
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
        f"{gap(a, b)} >= 0",
        r"The squares of $b V f_j - a r_j$ over $j \ne i$, where $\sum_{j \ne i} r_j^2 \le (V - r_i)^2$.",
        f"sum({square}) - {square} >= 0",
        f"{own} >= 0",
        f"(sum({square}) - {square}) + {a}**2*({own}) >= 0",
    )


def upper(claim: Callable[..., Claim], name: str, sign: str, first: str, second: str) -> Claim:
    """high - 2j (V f - r) >= 0 and high + 2j (V f - r) >= 0."""
    T, left = f"(high {sign} 2*j*(V*f - r))", f"({rest(name, '(V*f)', 'r', PAIR)})"
    if name == "plus":
        whole = f"2*j*V*{chord('jd', 'ju')} + j**2*jd**2*(V*{OVERLAP}) + {left}"
        power, scale, depends = "V", "ju**2", ("chord-plus",)
    else:
        gaps = f"2*j*((V*f + r)**2*{gap('ju', 'jd')}) + 4*j*jd**2*({PAIR}*(V*f)*{gap('1', '1')})"
        chords = f"2*j*jd**2*(({PAIR}**2 + 2*r*{PAIR})*V*{chord('1', '1')})"
        whole = f"{gaps} + {chords} + {multiplier('(V*f)', 'r', PAIR)}*(V*{OVERLAP}) + {left}"
        power, scale, depends = "V**3", "jd**2", ("gap-minus", "gap-one", "chord-one")
    return claim(
        f"upper-{name}",
        f"{T} >= 0",
        r"A power of $V$ times the left side is a sum of what the claims before say is nonnegative.",
        "V*f >= 0",
        "r >= 0",
        f"{left} >= 0",
        f"{whole} >= 0",
        f"{scale}*({power}*{T}) >= 0",
        f"{scale}*({power}*{T}) / {scale} >= 0",
        f"{power}*{T} >= 0",
        f"jd**2*V + 2*j*(G*V) + 2*j*jd*(V - X) + 2*j*({first} + ({PAIR} + {second})) + (40 - 2*j*jd - 2*j)*V >= 0",
        f"{T} + 40*V >= 0",
        depends=(*depends, "pair", "overlap", "mean-weak", f"sharp-rest-{name}"),
    )
