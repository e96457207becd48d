"""The step “Data”: files, what their tables and columns mean, and how they are written."""
