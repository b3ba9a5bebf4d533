"""The first page of each role ("Vandaag") and the pages that show several slices, such as the dossier.

Words: vandaag, overzicht.
Promises: what is due stands on top; a page asks every slice for what the actor may see, and nothing more.
"""
