"""The front door of rules: clauses become columns, and one compiled loop runs the whole market."""
