"""The files of the request, to look at."""
