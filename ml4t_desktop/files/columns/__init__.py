"""What the columns of a table are taken for, and their values as times, numbers and texts."""
