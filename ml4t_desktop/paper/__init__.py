"""Reports on paper: PDF files of several pages, with charts that stay sharp at every size.

The content of a report (`export.report.content`) comes in, a file goes out. May import Qt, the session's
formats and colours, and the numbers of a report; nothing here computes a statistic.
"""
