"""A world in which a function may die at any call of a port, before that is done or just after."""

from dataclasses import dataclass
from typing import Any

from msgspec.structs import fields, replace

from chalicelib.services.world import World
from tests.builders.calls import KilledError


@dataclass
class Reaper:
    """Lets whoever makes the call of this number die; 0: nobody."""

    at: int = 0
    after: bool = False
    deaths: int = 0

    def call(self, function: Any, *args: Any, **named: Any) -> Any:
        self.at -= 1
        if self.at == 0 and not self.after:
            self.deaths += 1
            raise KilledError
        answer = function(*args, **named)
        if self.at == 0:
            self.deaths += 1
            raise KilledError
        return answer


@dataclass
class Mortal:
    """A port whose calls the reaper counts; what is no call shows as it is."""

    port: Any
    reaper: Reaper

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.port, name)
        if not callable(found):
            return found
        return lambda *args, **named: self.reaper.call(found, *args, **named)


def mortal(world: World, reaper: Reaper) -> World:
    """The world with what is outside of the function made mortal; time and chance are not asked."""
    inside = {"site_url", "clock", "chance", "keys", "holidays", "letters"}
    ports = {f.name: getattr(world, f.name) for f in fields(World) if f.name not in inside}
    return replace(world, **{name: Mortal(port, reaper) for name, port in ports.items() if port is not None})
