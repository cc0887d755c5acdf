"""Measures answer quality and speed, beside baselines and peers."""
