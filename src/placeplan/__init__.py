"""See whether a place's health and care plan can work, who it fails first, and what would fix it.

One object flows through one function: ``simulate(plan, baseline, futures) -> Outcomes``. Everything else
looks at what comes out. See ``docs/architecture.md``.
"""

__version__ = "0.1.0"
