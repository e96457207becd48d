"""Python strategies of the user: trusted, loaded, and run in processes of their own."""
