"""The time left follows from how fast the gradient falls; on a terminal it is one live line, in a pipe plain lines."""

import pytest
from scipy.optimize import OptimizeResult

from resmax_sym.solve.progress import TimeLeft, progress


def step(nit, relative):
    return OptimizeResult(nit=nit, fun=1.0, relative_gradient=relative)


@pytest.mark.parametrize(
    ("gradients", "left"),
    [
        ([1e-3], 2 * 5.0),  # three digits in five seconds: six more in ten
        ([1e-3, 1e-6], 5.0),
        ([1e-3, 1e-7], 5.0),  # half a step is a step
        ([1e-3, 1e-9], 0.0),
        ([1e-3, 1e-12], 0.0),
        ([2.0], None),
        ([1e-3, 1e-3], None),
        ([1e-3, 0.0], None),
        ([float("nan")], None),
    ],
)
def test_what_is_left(gradients, left):
    now = iter(range(0, 100, 5))
    estimate = TimeLeft(1e-9, lambda: next(now))
    found = [estimate(relative) for relative in gradients][-1]
    assert found == (left if left is None else pytest.approx(left))


def test_without_a_tolerance_nothing_is_said():
    assert TimeLeft(0.0)(0.5) is None


def test_in_a_pipe(capsys):
    with progress(True, 1e-9) as callback:
        callback(step(1, 1e-3))
        callback(step(2, 1e-6))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "step   1  loss 1.0000000000e+00  relative gradient 1.00e-03",
        "step   2  loss 1.0000000000e+00  relative gradient 1.00e-06",
    ]


def test_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with progress(True, 1e-9) as callback:
        callback(step(1, 1e-3))
    out, err = capsys.readouterr()
    assert out == ""
    assert "step   1" in err
    assert "s left" in err


def test_unwanted(capsys):
    with progress(False, 1e-9) as callback:
        assert callback is None
    assert capsys.readouterr() == ("", "")
