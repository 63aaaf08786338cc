"""Who uses the pages, and what they do: journeys are told in these verbs."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.builders.visitor import CODE, RECEIPT_CODE, wait_for_fresh_code
from tools.accounts import one_time_code
from tools.running import SignIn

REPORT = {"category": "road", "subject": "ถนนหมู่ 3 ชำรุด", "detail": "ถนนเป็นหลุมลึก น้ำท่วมขังทุกครั้งที่ฝนตก"}


@dataclass
class Actor:
    """Somebody at a page of an organisation."""

    page: Page
    org: str = "demo"
    lang: str = "th"

    def opens(self, path: str) -> None:
        """Go to a page of the organisation, in the actor's language."""
        language = "" if self.lang == "th" else f"{'&' if '?' in path else '?'}lang={self.lang}"
        self.page.goto(f"/{self.org}{path}{language}")

    def reads(self) -> str:
        """The words of the page's main part."""
        return self.page.locator("main").inner_text()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def typed(self, name: str) -> str:
        """What stands in a field."""
        return self.page.locator(f"main [name={name}]").first.input_value()

    def errors(self) -> list[str]:
        """The links of the error summary."""
        return self.page.locator(".govuk-error-summary__list a").all_inner_texts()

    def fills(self, form: Locator, fields: dict[str, str]) -> None:
        """Fill fields by their names; a box is ticked by any text, a choice made by its value."""
        for name, value in fields.items():
            field = form.locator(f"[name={name}]:not([type=hidden])").first
            kind = field.evaluate("e => e.tagName + (e.type ? ':' + e.type : '')").lower()
            if kind.startswith("select"):
                field.select_option(value)
            elif kind == "input:checkbox":
                form.locator(f"[name={name}][value={value!r}]").check()
            else:
                field.fill(value)

    def form(self, *names: str) -> Locator:
        """The form that has these fields."""
        found = self.page.locator("main form")
        for name in names:
            found = found.filter(has=self.page.locator(f"[name={name}]"))
        return found.first

    def acting(self, action: str) -> Locator:
        """The form that does an action."""
        return self.page.locator(f"main form:has([name=action][value={action}])")

    def submits(self, form: Locator) -> None:
        form.locator("button[type=submit]").first.click()


class Citizen(Actor):
    """Somebody of the subdistrict, without an account."""

    def files(self, **fields: str) -> str:
        """File a complaint by the form; answers the code that the page shows."""
        self.opens("/complaints/new")
        self.sends(**{**REPORT, **fields})
        return self.code()

    def sends(self, **fields: str) -> None:
        """Fill the complaint's form, which is open, and send it."""
        form = self.form("detail")
        self.fills(form, fields)
        self.submits(form)

    def code(self) -> str:
        """The tracking code on the page."""
        (code,) = CODE.findall(self.reads())
        return str(code)

    def tracks(self, code: str) -> None:
        """Look at the complaint of a code."""
        self.opens("/complaints/track")
        self.fills(self.form("code"), {"code": code})
        self.submits(self.form("code"))

    def writes(self, message: str) -> None:
        """Send the officer a message, from the complaint's page."""
        self.acts("message", message=message)

    def reopens(self, message: str) -> None:
        self.acts("reopen", message=message)

    def acts(self, action: str, **fields: str) -> None:
        form = self.acting(action)
        self.fills(form, fields)
        self.submits(form)

    def reports(self, **fields: str) -> str:
        """Report corruption; answers the receipt code where the page shows one."""
        self.opens("/tips/new")
        self.sends(**{"category": "bribery", "detail": "เรียกเงินแลกกับใบอนุญาตก่อสร้าง", **fields})
        return next(iter(RECEIPT_CODE.findall(self.reads())), "")


class Officer(Actor):
    """Somebody of the organisation."""

    def signs_in(self, account: SignIn) -> None:
        """Password, then one-time code."""
        self.gives_password(account.username, account.password)
        wait_for_fresh_code(account.username)
        self.gives_code(one_time_code(account.secret))

    def gives_password(self, username: str, password: str) -> None:
        """The first step of a sign-in."""
        self.opens("/console/sign-in")
        form = self.form("username", "password")
        self.fills(form, {"username": username, "password": password})
        self.submits(form)

    def chooses_password(self, password: str) -> None:
        """The step of somebody who signs in for the first time."""
        form = self.form("new_password")
        self.fills(form, {"new_password": password, "new_password_again": password})
        self.submits(form)

    def gives_code(self, code: str) -> None:
        """The last."""
        self.fills(self.form("code"), {"code": code})
        self.submits(self.form("code"))

    def signs_out(self) -> None:
        self.page.locator("form[action*='/console/sign-out'] button").first.click()

    def finds(self, text: str) -> None:
        """Search the complaints, and open the one that is found first; a code leads to it at once."""
        self.opens("/console/complaints")
        form = self.form("q")
        self.fills(form, {"q": text})
        self.submits(form)

    def assigns(self, unit: str) -> None:
        self.acts("assign", unit=unit)

    def explains(self, message: str, due_on: str) -> None:
        """Tell the complainant why it takes longer."""
        self.acts("explain", message=message, due_on=due_on)

    def resolves(self, message: str, cause: str = "อุปกรณ์เสื่อม", prevention: str = "ตรวจทุกเดือน") -> None:
        self.acts("resolve", message=message, cause=cause, prevention=prevention)

    def acts(self, action: str, **fields: str) -> None:
        """Send an action's form, which may have to be unfolded first."""
        folded = self.page.locator(f"details#{action}:not([open]) > summary")
        if folded.count():
            folded.click()
        form = self.page.locator(f"main form:has([name=action][value={action}])")
        self.fills(form, fields)
        self.submits(form)

    def publishes(self, item: str, period: str, url: str) -> None:
        """Publish the document of a period by its link."""
        self.opens(f"/console/disclosure?item={item}")
        form = self.page.locator("main form:has([name=action][value=publish])")
        self.fills(form, {"period": period, "url": url})
        self.submits(form)

    def adds_person(self, username: str, name: str, email: str, role: str) -> None:
        self.opens("/console/people/new")
        form = self.form("username", "email")
        self.fills(form, {"username": username, "name": name, "email": email, "roles": role})
        self.submits(form)
