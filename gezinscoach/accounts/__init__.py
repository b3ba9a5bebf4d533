"""People who work with gezinscoach: werkingen, organisations, accounts with roles, gezinscoaches, sign-in.

Words: werking (one city's network), organisatie, gezinscoach, bondgenoot, rol.
Promises: a role holds for a time and was given by somebody; a session ends; a secret is kept as a hash only.
"""
