"""The document on disk: an archive of requests and runs, read, written and migrated."""
