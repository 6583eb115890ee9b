"""A critical point of L_tot lies within a stated radius of x: Newton-Kantorovich in ball arithmetic, and its replay."""

from resmax_sym.solve.certificate.certified import Certificate, NotCertified, certify

__all__ = ["Certificate", "NotCertified", "certify"]
