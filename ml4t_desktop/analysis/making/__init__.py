"""How every number on screen is made: its formula, the inputs with their values, what it is made of.

Comes in: what the statistics are computed from. Goes out: a `Derivation`, whose formula carried out
with its inputs gives the number that is shown; a property test holds the two together. The inputs are
measured here and nowhere else.
"""
