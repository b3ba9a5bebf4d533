"""The support plan: goals and steps of a family, by levensdomein.

Words: doel, actie.
Promises: the family's goals in the family's words; what is done or dropped stays readable.
"""
