"""The page about the ledger: how many claims there are of each verdict, and the way to the list itself."""

from __future__ import annotations

import re

from docs.chapters import Find, tally
from docs.records import verdict_of
from resmax_sym.judge.ledger import Ledger

FILE = "ledger-page.html"
"""The list itself: one file that needs no other, made by `resmax-sym ledger`."""

HOME = """<header>
<nav class="home" aria-label="Site"><a href="index.html">resmax_sym</a> · <a href="lemmas/index.html">Lemmas</a> ·
<a href="ledger.html">About the ledger</a></nav>"""
CHAPTER = re.compile(r"<code>derivations/(\w+/\w+)\.py</code>")

TEXT = """\
# The ledger

The ledger holds every claim of the suite, with its verdict and with what it rests on: {tally}.
{list}

A claim rests on the claims that its proof uses, and on the definitions of the names in it, so that the roots of the ledger are
definitions. If a claim fell, so would those that rest on it, directly or through others.

```console
$ .venv/bin/resmax-sym ledger                      # every claim, its verdict, what it rests on
$ .venv/bin/resmax-sym ledger --impact gradient    # what falls with this one
$ .venv/bin/resmax-sym ledger --graph ledger.svg   # the graph, painted by verdict
$ .venv/bin/resmax-sym ledger --json               # the same as data
```

A verdict that is on record is taken over only if its claim, the judge and everything below are unchanged, and if its certificate
stands up again when it is replayed. `resmax-sym ledger --fresh` judges all of them anew.

The [chapters](lemmas/index.md) tell the same claims in the order of their derivation.
"""


def summary(ledger: Ledger, there: bool, find: Find = verdict_of) -> str:
    """The page; `there` says whether the list itself was made."""
    said = tally(map(find, ledger.claims.values()))
    link = (
        f'<a class="reference internal" href="{FILE}">Open the list</a>: it can be sorted, filtered and searched.'
        if there
        else ""
    )
    return TEXT.format(tally=said, list=link)


def at_home(page: str) -> str:
    """The list as a page among others: with a way back, and to the chapter in which a claim stands."""
    return CHAPTER.sub(r'<a href="lemmas/\1.html">\g<0></a>', page.replace("<header>", HOME, 1))
