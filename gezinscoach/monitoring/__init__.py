"""Figures for the coördinator: how many, how long, how it goes. Never about one family.

Words: cijfers, kleine groep.
Promises: groups smaller than the werking's limit are not shown; no coach is ranked.
"""
