"""Distributions: how sure we are of a number. Each is one kind with its quantile, expectation and median; one kind a file.

A value is the quantile of a uniform number, so that one draw serves any distribution and stays paired when the
distribution changes. Values are rounded to 12 significant digits: exp and beta functions may differ in their last
bits between machines, sampled values may not.
"""

from placeplan.futures.distributions.base import Distribution, DistributionBase
from placeplan.futures.distributions.beta import Beta
from placeplan.futures.distributions.choice import Choice
from placeplan.futures.distributions.elicited import Elicited
from placeplan.futures.distributions.fixed import Fixed
from placeplan.futures.distributions.lognormal import LogNormal
from placeplan.futures.distributions.normal import Normal
from placeplan.futures.distributions.pert import Pert
from placeplan.futures.distributions.triangular import Triangular
from placeplan.futures.distributions.uniform import Uniform

__all__ = [
    "Beta",
    "Choice",
    "Distribution",
    "DistributionBase",
    "Elicited",
    "Fixed",
    "LogNormal",
    "Normal",
    "Pert",
    "Triangular",
    "Uniform",
]
