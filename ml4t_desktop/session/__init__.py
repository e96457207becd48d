"""Application state: Qt objects without widgets. Stores hold the current values and announce changes.

From below: `request` is what is being edited, `data` its files, `setup` what helps to set it up, `runs` the
running of it and the run on screen, `review` what is looked at in that run, `document` the file of the
window with its history, `window` what the window offers. Beside them stands what all of them use: jobs,
language, formats, settings and notices; `session.session` makes all stores and connects them.
"""
