"""Training the reader, which sees question and passage together and points at the answer."""
