"""Engines behind small protocols: verified weights, encoders, chat, reading pictures."""
