"""A witness is read as exact numbers of the right shapes, and is tried again."""

import pytest
from certified import forge

from resmax_sym.judge import Claim
from resmax_sym.judge.certificate import Invalid, read_point, replay
from resmax_sym.judge.certificate.witness import check_witness
from resmax_sym.lang import LanguageError


def test_forged_witness_fails(certificates):
    body = certificates["witness"]

    def outside(body):
        body["evidence"]["witness"]["b"] = ["100"] * body["evidence"]["witness"]["n"]

    def missing(body):
        del body["evidence"]["witness"]["x"]

    def wrong_shape(body):
        body["evidence"]["witness"]["b"] = ["1"] * 7

    def not_a_number(body):
        body["evidence"]["witness"]["R"] = "__import__('os')"

    for change in (outside, missing, wrong_shape, not_a_number):
        with pytest.raises(Invalid):
            replay(forge(body, change))


def test_points_are_rational():
    with pytest.raises(LanguageError):
        read_point({"n": 1, "d": 1, "x": ["1/0"]})


@pytest.mark.parametrize("size", [0, -1, 2.5, "2", True, None])
def test_sizes_are_positive_integers(size):
    with pytest.raises(LanguageError):
        read_point({"n": size, "d": 1})


@pytest.mark.parametrize("entry", ["1e999999999", "9" * 2000, "1_0", "0x1", "nan", "inf", "", " ", "1/2/3", "٣"])
def test_entries_are_rationals_of_some_length(entry):
    for value in (entry, [entry], [["1", entry]]):
        with pytest.raises(LanguageError):
            read_point({"n": 1, "d": 1, "x": value})


@pytest.mark.parametrize("witness", [[], "x", 3, {"n": 1, "d": 1, "x": {}}])
def test_a_witness_of_another_kind_is_refused(certificates, witness):
    with pytest.raises(Invalid):
        replay(forge(certificates["witness"], lambda body: body["evidence"].update(witness=witness)))


@pytest.mark.parametrize("size", [10**3 + 1, 10**9, 10**30])
def test_no_memory_is_taken_for_sizes_that_a_file_makes_up(size):
    claim = Claim("c", "fro(eye(n)) <= 0")
    assert check_witness(claim, {"n": 2, "d": 1}).sizes["n"] == 2
    with pytest.raises(Invalid, match="above 1000"):
        check_witness(claim, {"n": size, "d": 1})
