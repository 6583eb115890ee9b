"""Smooth units: the ones that the issue of generated code turns on, and random sums and products of elementary terms."""

from fractions import Fraction

from hypothesis import strategies as st

from resmax_sym.lang import LanguageError, scalar_function

UNITS = (
    "exp(s) + s",
    "exp(s)",
    "cosh(s)",
    "log(1+exp(s))",
    "s**3+s",
    "sinh(s)",
    "1/(1+exp(-s))",
    "exp(2*s+1)-exp(-s)",
)

SLOPES = [Fraction(k, 2) for k in (-4, -3, -2, -1, 1, 2, 3, 4)]
_slope = st.sampled_from(SLOPES).map(lambda k: f"({k})*s")
_term = st.one_of(
    st.tuples(_slope, st.integers(-2, 2)).map(lambda p: f"exp({p[0]} + {p[1]})"),
    st.integers(1, 3).map(lambda k: f"s**{k}"),
    _slope.map(lambda a: f"log(1 + exp({a}))"),
    _slope.map(lambda a: f"cosh({a})"),
    _slope.map(lambda a: f"sinh({a})"),
    _slope.map(lambda a: f"tanh({a})"),
    _slope.map(lambda a: f"1 / (1 + exp({a}))"),
)
_product = st.lists(_term, min_size=1, max_size=2).map(" * ".join)
_scaled = st.tuples(st.sampled_from(["", "2 * ", "-3 * ", "-"]), _product).map("".join)
_sum = st.lists(_scaled, min_size=1, max_size=3).map(lambda terms: " + ".join(f"({t})" for t in terms))


def _is_unit(text):
    """Not a constant, as exp(s) * exp(-s) and s - s are."""
    try:
        return scalar_function(text, smooth=True) is not None
    except LanguageError:
        return False


combinations = _sum.filter(_is_unit)
"""Texts such as (2 * exp((1/2)*s + 1) * s**2) + (-tanh((3)*s))."""
