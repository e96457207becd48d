"""Rules written out as a Python script, proved to trade as they do.

Comes in: a request of rules. Goes out: the text of a script with a `Strategy`, and a certificate that
running it made the same fills to the last bit.
"""
