"""Ads Manager's sheets: campaigns, ad sets and ads as rows of its bulk template, and rows as campaigns. Pure.

One row is one ad; what its campaign and its ad set say stands in each of their rows again. `columns.py` has every
column, what it says in YAML and how; `writing.py` makes rows, `reading.py` makes documents of them.
"""
