"""What is written is read again; what is no certificate is refused in one line."""

import pytest

from resmax_sym.judge import Claim, judge
from resmax_sym.judge.certificate import Invalid, certificate, load


def test_nothing_to_certify():
    with pytest.raises(Invalid, match="unrefuted"):
        certificate(judge(Claim("c", "L <= norm(b)**2 + norm(f)**2"), budget=0.1))


def test_unreadable_files(tmp_path):
    with pytest.raises(Invalid, match=r"^no such file: .*none\.json; expected a certificate, written by [^\n]*$"):
        load(tmp_path / "none.json")
    for text in ("", "{", "[]", '{"format": 99}', "[" * 100_000):
        path = tmp_path / "bad.json"
        path.write_text(text)
        with pytest.raises(Invalid):
            load(path)
