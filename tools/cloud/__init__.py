"""The local cloud: MiniStack in a process of ours, the stack deployed on it, and the site's port."""
