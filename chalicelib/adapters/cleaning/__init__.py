"""Files that strangers send, made harmless: what they are, told by their content, and a clean copy of them.

Independent of what the files belong to. `sandbox.py` is the way in; all that reads a stranger's bytes runs
in a process of its own (`__main__.py`), which knows no credentials and dies alone.
"""
