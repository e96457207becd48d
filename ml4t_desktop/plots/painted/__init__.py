"""Charts painted by hand, without pyqtgraph, which loads after the window is there."""
