"""Signed tokens that say when they were made, by the world's clock and the server's keys."""

from itsdangerous import TimestampSigner

from chalicelib.services.world import World


class Signer(TimestampSigner):
    """Signs for one purpose and one holder: what was signed for another is no signature here."""

    def __init__(self, world: World, purpose: str, holder: str) -> None:
        super().__init__(world.keys.key(purpose), salt=holder)
        self._now = int(world.clock.now().timestamp())

    def get_timestamp(self) -> int:
        return self._now
