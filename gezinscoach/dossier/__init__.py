"""The case: gezin, gezinsleden, the one vaste vertrouwenspersoon and stand-ins, levensdomeinen.

Words: gezin, gezinslid, coachperiode, vervanger, consult, levensdomein.
Promises: a gezin and its key exist from the aanmelding on; a dossier is a gezin with a coachperiode; at most
one vaste vertrouwenspersoon at a time, kept by the database itself.
"""
