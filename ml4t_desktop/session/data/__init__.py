"""The files of the request: looked at, read, checked, and watched for changes."""
