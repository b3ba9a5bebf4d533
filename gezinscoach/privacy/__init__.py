"""What the functionaris gegevensbescherming sees: who did and looked at what, and when.

Words: logboek, register.
Promises: names of things and field groups, never content.
"""
