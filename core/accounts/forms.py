"""Forms of accounts: inviting, roles, leaving, joining, choosing a password and an organisation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_security.proxies import _security as library
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from core.accounts.types import OrganisationKind, Roles
from core.reasons import Reason
from core.web.forms import CheckboxesField, DatePartsField, EmailAddress, Form

REASONS = {
    "role-of-another-kind": "Choose roles from the list",
    "role-already-held": "This colleague is {role} already. Change their roles from the list of colleagues",
    "role-without-scopes": "{role} cannot be limited to regions",
    "last-administrator": "Nobody would be left who can manage colleagues. Give someone else that role first",
    "changed-meanwhile": "Someone else changed this meanwhile. The roles are now: {roles}. "
    "Your choice is kept below: save again to make it so",
    "successor-missing": "Choose who takes over what is listed below",
    "successor-may-not": "{name} may not do all of it: {what}. Choose somebody else, or give them a role",
    "successor-in-conflict": "{name} belongs to one of the applicants. Choose somebody else",
    "still-holds": "{name} still holds {what}. Hand that to a colleague first",
    "already-joined": "{organisation} is set up already. Sign in to go on",
    "password-already-chosen": "A password has been chosen already. Sign in with it",
    "link-expired": "The link is too old",
    "link-not-valid": "The link is not complete, or not one of ours",
}


def words_for(reason: Reason) -> str:
    """Return the words of a reason that this feature can meet."""
    params = {
        name: ", ".join(value) or "none" if isinstance(value, list) else value
        for name, value in reason.params.items()
    }
    return REASONS[reason.code].format(**params)


def role_choices(roles: Roles, kind: OrganisationKind) -> list[tuple[str, str]]:
    """Return the roles that people of a kind of organisation can have."""
    return [(role.code, role.name) for role in roles.values() if role.kind == kind]


class NameForm(Form):
    """What a person is called."""

    name = StringField(
        "Name",
        render_kw={"autocomplete": "name"},
        validators=[DataRequired("Enter a name"), Length(max=200, message="The name is too long")],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )


class _PersonForm(NameForm):
    email = EmailField(
        "Email address",
        render_kw={"autocomplete": "off"},
        validators=[
            DataRequired("Enter an email address"),
            EmailAddress(),
            Length(max=254, message="The email address is too long"),
        ],
        filters=[lambda text: text.strip().lower() if text else text],
    )


class _RolesForm(Form):
    roles = CheckboxesField("Roles", validators=[DataRequired("Choose at least one role")])
    scopes = CheckboxesField("Only these regions")

    def offer(self, roles: Roles, kind: OrganisationKind, scopes: Sequence[tuple[str, str]]) -> None:
        """Fill in the choices: roles of the organisation's kind; regions where a role can be limited."""
        self.roles.choices = role_choices(roles, kind)
        self.roles.choice_hints = {role.code: role.description for role in roles.values()}
        scoped = [role.name.lower() for role in roles.values() if role.kind == kind and role.scoped]
        if not scoped:
            del self.scopes
            return
        self.scopes.choices = list(scopes)
        self.scopes.description = (
            f"Limits the work as {' and '.join(scoped)}. Leave all empty for no limit: the whole country."
        )


class InviteForm(_RolesForm, _PersonForm):
    """Who is invited, and as what."""


class ColleagueForm(_RolesForm):
    """What a colleague may do from now on."""


class LeavingForm(Form):
    """When a colleague's roles end."""

    when = RadioField(
        "When does it end?",
        choices=[("now", "Now"), ("later", "After a last day")],
        validators=[DataRequired("Choose when it ends")],
    )
    last_day = DatePartsField("Last day", description="Only for ‘After a last day’, like 27 3 2027")
    successor = SelectField("Who takes over?", validate_choice=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_last_day(self, field: Any) -> None:
        if self.when.data != "later":
            field.process_errors = []
            field.data = None
        elif field.data is None:
            raise ValidationError("Enter the last day")
        elif field.data < self.today:
            raise ValidationError("The last day must be today or later")


class JoinForm(_PersonForm):
    """A new supplier and its first administrator."""

    organisation = StringField(
        "Name of your organisation",
        description="As it is registered, for example with Companies House or the Charity Commission",
        render_kw={"autocomplete": "organization"},
        validators=[
            DataRequired("Enter the name of your organisation"),
            Length(max=200, message="The name of the organisation is too long"),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = "Your name"
        self.name.render_kw = {"autocomplete": "name"}
        self.email.label.text = "Your email address at work"
        self.email.render_kw = {"autocomplete": "email"}


class FirstPasswordForm(Form):
    """A first password, twice."""

    password = PasswordField(
        "Choose a password",
        description="At least 12 characters",
        render_kw={"autocomplete": "new-password"},
        validators=[DataRequired("Enter a password")],
    )
    again = PasswordField(
        "The password again",
        render_kw={"autocomplete": "new-password"},
        validators=[EqualTo("password", "The two passwords must be the same")],
    )

    def validate_password(self, field: Any) -> None:
        problems, normal = library.password_util.validate(field.data or "", True)
        if problems:
            raise ValidationError(str(problems[0]))
        if field.data == self.again.data:
            field.data = self.again.data = normal


class OrganisationForm(Form):
    """For which of their organisations a person acts."""

    organisation = RadioField("Act for", validators=[DataRequired("Choose an organisation")])
