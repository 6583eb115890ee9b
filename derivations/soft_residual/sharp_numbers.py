r"""What bounds the part from b, above, for numbers: a polynomial in V F, r and V - V F - r with a double zero.

F and r stand for an entry of f and of r = f (z - <f, z>)^2.  The claims are used for every entry, with formulas for the numbers.
"""

from derivations.soft_residual.sharp_terms import DECIMALS, HIGH
from resmax_sym.judge import Claim

PAIR = "(V - V*F - r)"
OVERLAP = "(V - V*F - r + 4*F*r - 2*X)"
NUMBERS = {"a1": "a1 >= 0", "a2": "a2 >= 0", "a3": "a3 >= 0"}
"""They stand for V f, r and V - V f - r."""


def chord(a: str, b: str, f: str = "F") -> str:
    """V times b^2 (G - f^2) - (2ab + a^2)(X/V - f rho) + a^2 (1 - rho)."""
    return f"({b}**2*V*(G - {f}**2) - (2*{a}*{b} + {a}**2)*(X - {f}*r) + {a}**2*(V - r))"


def gap(a: str, b: str, f: str = "F") -> str:
    """V^2 times b^2 (G - f^2) - 2ab (X/V - f rho) + a^2 (1 - rho)^2."""
    return f"({b}**2*V**2*(G - {f}**2) - 2*{a}*{b}*V*(X - {f}*r) + {a}**2*(V - r)**2)"


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
    whole, roots = rest(name, "a1", "a2", "a3"), ROOTS[name]
    squares = Claim(
        id=f"sharp-squares-{name}",
        title="Squares with nonnegative factors",
        statement=f"{SQUARES[name].format(**{s: s for s in roots})} >= 0",
        parameters=(NUMBERS if "a1" in SQUARES[name] else {}) | dict.fromkeys(roots, ""),
        let=DECIMALS,
        prose=r"No term is negative, whatever the roots are.",
        depends=tuple(f"definition-{number}" for number in DECIMALS),
    )
    put_in = SQUARES[name].format(**roots)
    return squares, Claim(
        id=f"sharp-rest-{name}",
        title="What is left, a polynomial in three numbers",
        statement=f"{whole} >= 0",
        parameters=NUMBERS,
        let=DECIMALS,
        prose=r"A sum of squares with nonnegative factors, and a polynomial whose coefficients are all positive. It vanishes for "
        r"$a_3 = 0$ at one ratio of the other two.",
        proof=(f"{put_in} >= 0", f"{whole} >= {put_in}"),
        depends=(squares.id,),
    )


def upper_of_numbers(name: str) -> Claim:
    """high -+ 2j (V F - r) >= 0 for numbers: F and r stand for an entry of f and of r."""
    sign, first, second = ("-", "r", "r") if name == "plus" else ("+", "(V*F)", "(V*F)")
    T, left = f"(high {sign} 2*j*(V*F - r))", f"({rest(name, '(V*F)', 'r', PAIR)})"
    if name == "plus":
        bounds, power, scale = (chord("jd", "ju"),), "V", "ju**2"
        whole = f"2*j*V*{bounds[0]} + j**2*jd**2*(V*{OVERLAP}) + {left}"
    else:
        bounds, power, scale = (gap("ju", "jd"), gap("1", "1"), chord("1", "1")), "V**3", "jd**2"
        gaps = f"2*j*((V*F + r)**2*{bounds[0]}) + 4*j*jd**2*({PAIR}*(V*F)*{bounds[1]})"
        chords = f"2*j*jd**2*(({PAIR}**2 + 2*r*{PAIR})*V*{bounds[2]})"
        whole = f"{gaps} + {chords} + {multiplier('(V*F)', 'r', PAIR)}*(V*{OVERLAP}) + {left}"
    return Claim(
        id=f"sharp-numbers-{name}",
        title="What bounds b, for numbers",
        statement=f"{T} >= 0",
        parameters={"F": "", "r": "r >= 0", "V": "V >= 0", "X": "", "G": ""},
        let=DECIMALS | {"high": HIGH},
        assume=("V*F >= 0", "V - X >= 0", "G*V >= 0", *(f"{e} >= 0" for e in (PAIR, OVERLAP, *bounds))),
        prose=r"A power of $V$ times the left side is a sum of what is assumed to be nonnegative and of the polynomial above. Where "
        r"$V = 0$ the left side is not negative, as the last step says.",
        proof=(
            f"{left} >= 0",
            f"{whole} >= 0",
            f"{scale}*({power}*{T}) >= 0",
            f"{scale}*({power}*{T}) / {scale} >= 0",
            f"{power}*{T} >= 0",
            f"jd**2*V + 2*j*(G*V) + 2*j*jd*(V - X) + 2*j*({first} + ({PAIR} + {second})) + (40 - 2*j*jd - 2*j)*V >= 0",
            f"{T} + 40*V >= 0",
        ),
        depends=(f"sharp-rest-{name}",),
    )


CLAIMS = (*number_claims("plus"), *number_claims("minus"), upper_of_numbers("plus"), upper_of_numbers("minus"))
