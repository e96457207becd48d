"""The compiled broker: the one place where money moves.

Plain functions over plain arrays, compiled once by numba, without the GIL, and kept on disk. The
arrays are described in `layout`; `Tape` is the market, `Books` everything that changes.
"""
