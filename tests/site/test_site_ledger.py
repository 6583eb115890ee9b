"""The page about the ledger, and the list as a page of the site."""

from derivations import LEDGER
from docs.ledger import FILE, at_home, summary
from resmax_sym.judge import Claim
from resmax_sym.judge.ledger import Ledger
from resmax_sym.report.claim_row import Chapter
from resmax_sym.report.ledger_page import page

LITTLE = Ledger([Claim("one", "u == u")])


def test_summary_counts_and_leads_to_the_list_where_there_is_one():
    text = summary(LITTLE, True, find=lambda claim: None)
    assert "1 not judged" in text
    assert f'href="{FILE}"' in text
    assert FILE not in summary(LEDGER, False, find=lambda claim: None)


def test_list_leads_back_and_to_the_chapters():
    alone = page(LITTLE, [], {"one": Chapter("soft_residual.names", "")})
    alone += "<dd><code>derivations/soft_residual/names.py</code></dd>"
    assert "index.html" not in alone
    text = at_home(alone)
    assert text.count('<a href="index.html">') == 1
    assert '<a href="lemmas/soft_residual/names.html"><code>derivations/soft_residual/names.py</code></a>' in text
