"""The ground floor: database, keys and sealing, access, trace, forms and pages.

Promises: nothing here knows a slice; one transaction a request; no content in clear on disk;
no door without a mark; no act without a trace.
"""
