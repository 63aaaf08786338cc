"""Sucharit."""

import gc

# What a function imports stays as long as it lives. To look for garbage among it at every 700th object, as
# Python does by itself, takes a tenth of a cold start; at every 50,000th, garbage holds a few megabytes.
gc.set_threshold(50_000)
