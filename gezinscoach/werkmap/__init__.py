"""Import of a city's spreadsheet (the werkmap), with an inbox for what could not go in.

Words: blad (sheet), rij (row), weigering (refused row), twijfel (soft warning), inbox.
Promises: nothing is lost, nothing edited in the application is overwritten, importing twice changes nothing.
`workbook` reads a file safely, `rules` decides about its rows; neither knows the database or the web.
"""
