"""What a local cloud was told, and the names that it goes by."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
REGION = "ap-southeast-1"
HIGHEST_PORT = 65_535

Default = TypeVar("Default", int, None)


@dataclass(frozen=True)
class Settings:
    """The variables of `make run`."""

    port: int
    cloud_port: int
    state: Path
    rate_limit: int | None
    """Posts a minute and address; None for the template's own."""
    reload: bool

    @property
    def site(self) -> str:
        """The site's address, with no slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def endpoint(self) -> str:
        """The address of the cloud's AWS services."""
        return f"http://{HOST}:{self.cloud_port}"

    def aws_environment(self) -> dict[str, str]:
        """Variables that point an AWS client at this cloud, as root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }


def from_environment() -> Settings:
    """Read the variables; ends the program with a line where one can't be."""
    port, cloud_port = _port("PORT", 8000), _port("CLOUD_PORT", 4566)
    if port == cloud_port:
        sys.exit(f"PORT and CLOUD_PORT are both {port}; the site and the cloud each need one of their own")
    return Settings(
        port=port,
        cloud_port=cloud_port,
        state=(ROOT / (os.environ.get("STATE_DIR") or ".local")).resolve(),
        rate_limit=_number("RATE_LIMIT_PER_MINUTE", None),
        reload=os.environ.get("RELOAD") == "1",
    )


def _port(variable: str, default: int) -> int:
    port = _number(variable, default)
    if not 1 <= port <= HIGHEST_PORT:
        sys.exit(f"{variable} is between 1 and {HIGHEST_PORT}, not {port}")
    return port


def _number(variable: str, default: Default) -> int | Default:
    typed = os.environ.get(variable)
    if not typed:
        return default
    if not typed.isdecimal():
        sys.exit(f"{variable} is a number, not {typed!r}")
    return int(typed)
