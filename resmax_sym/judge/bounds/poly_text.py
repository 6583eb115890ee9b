"""2 R^2 / beta -> `2*R**2/beta`: a term of a bound in the language of claims."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.lang import to_text

Atom = tuple
Monomial = frozenset
"""Of (atom, exponent)."""


def atom_text(atom: Atom) -> str:
    """The atom in the language of claims."""
    match atom:
        case ("size", name) | ("par", name):
            return name
        case ("norm", kind, e):
            return f"{kind}({to_text(e)})"
        case ("exp", m):
            return f"exp({term_text(m, Fraction(1))})"
        case ("num", p):
            return str(p)
    return "pi"


def term_text(m: Monomial, c: Fraction) -> str:
    """c m in the language of claims."""
    factors = sorted((atom_text(a), e) for a, e in m)
    above = [power_text(text, e) for text, e in factors if e > 0]
    below = [power_text(text, -e) for text, e in factors if e < 0]
    if abs(c.numerator) != 1 or not above:
        above.insert(0, str(abs(c.numerator)))
    if c.denominator != 1:
        below.insert(0, str(c.denominator))
    return ("-" if c < 0 else "") + "*".join(above) + "".join("/" + part for part in below)


def power_text(base: str, exponent: Fraction) -> str:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return f"sqrt({base})"
    if base.startswith("exp(") and "+" not in base:
        return f"exp({exponent}*{base[4:-1]})" if exponent.denominator == 1 else f"exp(({exponent})*{base[4:-1]})"
    return f"{base}**{exponent}" if exponent.denominator == 1 else f"{base}**({exponent})"
