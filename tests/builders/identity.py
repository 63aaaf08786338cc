"""The port `Identity` in memory, as lenient as the local cloud: it takes a one-time code again and again."""

from dataclasses import dataclass, field

from chalicelib.services.ports import Step, WeakPasswordError, WrongCodeError, WrongPasswordError

PASSWORD = "a-long-enough-password"
CODE = "246810"
SECRET = "JBSWY3DPEHPK3PXP"


@dataclass
class User:
    """Somebody whom the provider knows. `first` stands for a first password, which must be replaced."""

    password: str = PASSWORD
    first: bool = False
    has_app: bool = True
    enabled: bool = True


@dataclass
class MemoryIdentity:
    """Knows the users it was given; the right code is always `CODE`. `asked` counts the calls."""

    users: dict[str, User] = field(default_factory=dict)
    asked: int = 0

    def begin(self, username: str, password: str) -> Step:
        self.asked += 1
        user = self.users.get(username)
        if user is None or not user.enabled or user.password != password:
            raise WrongPasswordError
        return Step("new_password", f"handle-{username}") if user.first else self._second(username)

    def give_code(self, username: str, handle: str, code: str) -> Step:
        return self._check(username, handle, code)

    def give_new_password(self, username: str, handle: str, password: str) -> Step:
        if password == "too easy for this pool":
            raise WeakPasswordError
        self.users[username] = User(password, has_app=self.users[username].has_app)
        return self._second(username)

    def give_first_code(self, username: str, handle: str, code: str) -> Step:
        step = self._check(username, handle, code)
        self.users[username].has_app = True
        return step

    def add(self, username: str, email: str) -> None:
        self.users.setdefault(username, User("first-password", first=True, has_app=False))

    def renew(self, username: str, email: str) -> None:
        self.users[username] = User("first-password", first=True, has_app=False)

    def disable(self, username: str) -> None:
        self.users[username].enabled = False

    def enable(self, username: str) -> None:
        self.users[username].enabled = True

    def _second(self, username: str) -> Step:
        if self.users[username].has_app:
            return Step("code", f"handle-{username}")
        return Step("set_up_code", f"handle-{username}", SECRET)

    def _check(self, username: str, handle: str, code: str) -> Step:
        self.asked += 1
        if handle != f"handle-{username}" or code != CODE:
            raise WrongCodeError
        return Step("done")
