"""What a client wants of the types that an answer may have (RFC 9110, `Accept`)."""

import re


def weight(accept: str, media: str) -> float:
    """How much an `Accept` header wants a type of media: 0 for not at all, 1 at most."""
    if not accept.strip():
        return 1.0
    best = (0, 0.0)
    for part in accept.split(","):
        name, _, parameters = part.strip().partition(";")
        name = name.strip().lower()
        closeness = {media: 3, media.split("/", maxsplit=1)[0] + "/*": 2, "*/*": 1}.get(name, 0)
        weight = re.search(r"\bq=([01](?:\.[0-9]{0,3})?)", parameters)
        best = max(best, (closeness, float(weight[1]) if weight else 1.0))
    return best[1] if best[0] else 0.0
