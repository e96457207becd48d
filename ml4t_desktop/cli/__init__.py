"""The command line: the window, or a run, a check, a sweep or a report without it. A run never imports Qt."""
