"""Measurements of the running thing: `make bench`.

One run starts a local cloud of its own and prints, with the limits that the figures have to keep: what a
submission calls and costs in CPU, how fast a door starts, what the site serves over HTTP, what the night
reads, what a complaint costs on AWS, how large the package is. `bench/results.json` has the same for
programs. Times depend on the machine and on what else it does; so figures with a limit are ratios of two
things that were measured in turns, by the CPU they took.
"""
