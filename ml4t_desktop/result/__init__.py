"""What happened: columnar tables with a declared schema, and the run folder that keeps them.

Comes in: tables of the engine. Goes out: a frozen `RunResult`, and the files of a run folder.
"""
