"""Links of a page: they keep the language, and work under a stage prefix and without one."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct

from chalicelib.web.i18n import DEFAULT_LANGUAGE, LANGUAGES


class Links(Struct, frozen=True):
    """Called with a path, gives the link to it.

    `base_path` is what stands before every path (`/api` under a stage, empty without one); `root` is the
    organisation's own path (`/bangkhae`, empty on a page of the whole deployment).
    """

    lang: str
    base_path: str = ""
    root: str = ""

    def __call__(self, path: str = "", /, *, lang: str | None = None, **query: str | int | None) -> str:
        """Link to `path`: from the deployment's root if it begins with a slash, else from the organisation's.

        Parameters of the query that are None or empty are left out; the language is put in where it is
        not the default one.
        """
        full = path if path.startswith("/") else f"{self.root}/{path}".rstrip("/")
        kept = {name: value for name, value in query.items() if value not in (None, "")}
        lang = lang or self.lang
        if lang != DEFAULT_LANGUAGE:
            kept["lang"] = lang
        # Two slashes at the front would name another host.
        target = self.base_path + quote("/" + full.lstrip("/"), safe="/:@!$&'()*+,;=~")
        return f"{target}?{urlencode(kept)}" if kept else target

    def other_language(self, path: str, query: Mapping[str, str]) -> str:
        """Link to the same page in the other language."""
        other = next(lang for lang in LANGUAGES if lang != self.lang)
        return self(path, **{**query, "lang": other})
