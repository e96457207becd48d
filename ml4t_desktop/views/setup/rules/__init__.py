"""Rules as rows of clauses and groups."""
