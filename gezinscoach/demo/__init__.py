"""The demo city: one invented neighbourhood in which every stage, role and state occurs.

Promises: nobody in it exists; days are counted from today; it loads into an empty installation only.
"""
