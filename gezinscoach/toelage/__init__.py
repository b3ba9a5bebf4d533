"""Toelage: what the city pays per organisation for a calendar year.

Words: Regeling (the settings of the rule), Lijn (one gezin or one gezinscoach), Uitkomst (lines and totals).
Promises: a gezin counts at most once in the city; every line says why it counts or not; totals are sums.
Codes only: no name, note or score of a gezin ever reaches a claim.
"""
