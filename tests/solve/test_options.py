"""Options out of range, or of a type that is none, are named in one line."""

import numpy as np
import pytest

from resmax_sym.solve.options import Options, check_count, check_share


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gtol", "1e-3"),
        ("gtol", -1.0),
        ("gtol", np.nan),
        ("gtol", np.inf),
        ("gtol", [1e-9]),
        ("gtol", True),
        ("maxiter", -1),
        ("maxiter", 2.0),
        ("maxiter", "9"),
        ("maxiter", None),
        ("initial_radius", 0.0),
        ("initial_radius", "1"),
        ("initial_radius", np.inf),
    ],
)
def test_what_is_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name}: expected") as caught:
        Options.read({name: value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "tolerance"),
    [({}, 1e-9), ({"gtol": 0}, 0), ({"tol": np.float32(0.5)}, 0.5), ({"gtol": 1e-3, "tol": 1e-5}, 1e-3)],
)
def test_what_is_read(option, tolerance):
    read = Options.read(option | {"maxiter": np.int64(7), "unknown": 1})
    assert read.tolerance == tolerance
    assert read.maxiter == 7


def test_counts_and_shares():
    check_count(1, "m")
    check_count(np.int32(0), "m", 0)
    check_share(0.5, "p")
    check_share(1, "p", closed=True)
    for value in (0, True, 1.0, "1", None, np.nan):
        with pytest.raises(ValueError, match="m: expected an integer >= 1, got"):
            check_count(value, "m")
    for value in (0, 1, -0.5, np.nan, "0.5", None):
        with pytest.raises(ValueError, match=r"p: expected a number in \(0, 1\), got"):
            check_share(value, "p")
    with pytest.raises(ValueError, match=r"p: expected a number in \(0, 1\], got 1.5"):
        check_share(1.5, "p", closed=True)
