"""Who allowed whom what, from when to when.

Words: mandaat (the family's permission), bereik (its scopes), partner.
Promises: every scope is a separate yes; no partner is named, nothing goes to a partner; withdrawing works at
once and stays readable; one function decides whether something may be shared.
"""
