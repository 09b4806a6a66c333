"""Insights: figures that follow from budgets and from the time that ads were really on.

Documented or recorded: parameters, error codes, strings for numbers, spend in major units, the run's states.
Guessed: every figure. Read ``delivery.py`` (money), ``figures.py`` (what it buys), ``report.py`` (rows).
"""
