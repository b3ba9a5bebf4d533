"""Notes and contacts: little, safe and useful.

Words: notitie, soort contact, niveau.
Promises: who wrote it and when; two levels, for coach and stand-in or shareable under mandaat.
"""
