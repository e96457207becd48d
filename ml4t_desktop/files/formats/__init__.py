"""Tables on disk in every format: Parquet, Arrow, Feather, text and workbooks, packed or not."""
