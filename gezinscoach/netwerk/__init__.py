"""The lerend netwerk: meetings and who was there, and signals to policy.

Words: bijeenkomst, aanwezigheid, verontschuldigd, signaal.
Promises: one line a coach a meeting; a signal names no family.
"""
