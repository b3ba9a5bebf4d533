"""The centrale aanmelding: one entry point, one wachtlijst, proposals that people decide on.

Words: aanmelding, wachtlijst, voorstel, toestemming.
Promises: without the family's permission only referrer, date and telephone are kept; every step is an added
row; software proposes with reasons, people decide; soft criteria never block.
"""
