"""The quarterly look at which sociale grondrechten are realised, and what the family wants first.

Words: meting, score, prioriteit, kwartaal.
Promises: one meting a family a quarter; "niet besproken" and "niet van toepassing" are never counted as 0;
a meting keeps the codelist it was made with.
"""
