"""A critical point of L_tot lies within a stated radius of x: Newton-Kantorovich in ball arithmetic, and its replay."""

from resmax_sym.solve.certificate.certified import Certificate, NotCertified, certify
from resmax_sym.solve.certificate.in_region import certify_in_region

__all__ = ["Certificate", "NotCertified", "certify", "certify_in_region"]
