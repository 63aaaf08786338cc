"""Notices as letters, from the text templates of `templates/mail/`: the subject first, then the text."""

import re
from typing import Any

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Record
from chalicelib.services.ports import Letter
from chalicelib.web.render import render


class TemplateLetters:
    """Implements the port `Letters`. `site_url` is what stands before every path of the deployment."""

    def __init__(self, site_url: str) -> None:
        self._site_url = site_url

    def write(self, template: str, lang: str, organisation: Record[Organisation], **facts: Any) -> Letter:
        written = render(
            f"mail/{template}.txt",
            lang,
            slug=organisation.key.id,
            organisation=organisation.state,
            base_path=self._site_url,
            **facts,
        )
        subject, _, text = written.strip().partition("\n")
        return Letter(subject, re.sub("\n{3,}", "\n\n", text.strip()) + "\n")
