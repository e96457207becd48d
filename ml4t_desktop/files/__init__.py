"""From disk to market: readers, column guessing, quality checks and repairs, context join, digest.

Comes in: paths and the data part of a request, or frames. Goes out: a `LoadedMarket`, inspections
for the import dialog, quality reports, sample files. May import `request`, `market`, `units` and
`errors`; no Qt. Everything wrong with an input is raised at once, as one `InputError`.
"""
