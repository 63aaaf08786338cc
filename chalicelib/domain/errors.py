"""What can be wrong with a request, in the domain's own words; all derive from `DomainError`."""


class DomainError(Exception):
    """A rule of the domain refused; the message is for developers, pages word it by the class."""


class NotAllowedError(DomainError):
    """The person holds no role that may do this."""


class IllegalMoveError(DomainError):
    """The action does not fit the state that the record is in."""

    def __init__(self, action: str, status: str) -> None:
        super().__init__(f"{action} is not possible while {status}")
        self.action = action
        self.status = status


class InvalidFieldError(DomainError):
    """One or more fields of an action can't be taken: {field: reason code}."""

    def __init__(self, **reasons: str) -> None:
        super().__init__(", ".join(f"{field}: {reason}" for field, reason in reasons.items()))
        self.reasons = reasons
