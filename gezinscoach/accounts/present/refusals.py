"""What is said when an act on an account or a sign-in is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from gezinscoach.accounts import actions, policy, rules
from gezinscoach.accounts.rules import factors, federation
from gezinscoach.kernel import oidc
from gezinscoach.kernel.dates import day_of


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.PasswordTooShort: lambda: _(
            "Dit wachtwoord is te kort. Neem minstens %(least)d tekens, bijvoorbeeld een zin.",
            least=rules.MIN_PASSWORD,
        ),
        rules.PasswordTooLong: lambda: _(
            "Dit wachtwoord is te lang. Neem hoogstens %(most)d tekens.", most=rules.MAX_PASSWORD
        ),
        rules.PasswordTooEasy: lambda: _(
            "Dit wachtwoord is te gemakkelijk te raden. Neem een paar woorden die niet bij elkaar horen."
        ),
        rules.InvitationSpent: lambda: _(
            "Deze uitnodiging werkt niet meer. Koos je al een wachtwoord? Log dan in. "
            "Anders: vraag de beheerder om hulp."
        ),
        rules.AccountExists: lambda: _(
            "Er is al een account met dit e-mailadres. Link kwijt? "
            "Kies bij deze persoon “Nieuwe uitnodiging”."
        ),
        rules.AddressTaken: lambda: _(
            "Dit e-mailadres kunnen we hier niet gebruiken. Vraag de persoon een ander e-mailadres."
        ),
        policy.OwnAccount: lambda: _(
            "Je kan je eigen account niet veranderen. Vraag dit aan een andere beheerder."
        ),
        rules.EndNeeded: lambda: _("Deze rol geven we alleen voor een tijd. Vul in tot en met welke dag."),
        rules.EndBeforeStart: lambda: _("Deze dag is al voorbij. Kies een latere laatste dag."),
        rules.RolesApart: lambda: _(
            "Wie accounts beheert, heeft geen rol waarmee men gegevens of cijfers van gezinnen ziet. "
            "Geef deze rol aan een andere persoon."
        ),
        rules.RoleHeld: lambda: _("Deze persoon heeft deze rol al."),
        rules.PasswordChosen: lambda: _(
            "Deze persoon koos al een wachtwoord en heeft geen tweede stap. Een nieuwe uitnodiging maken we "
            "dan alleen op de server, met: gezinscoach account invite."
        ),
        rules.RoleGiven: lambda: _(
            "Deze persoon heeft al een rol, maar nog geen wachtwoord. Een nieuwe uitnodiging maken we dan "
            "alleen op de server, met: gezinscoach account invite."
        ),
        rules.TooManyInvitations: lambda: _(
            "Je maakte vandaag al %(most)d uitnodigingen. Morgen kan het opnieuw.",
            most=rules.MOST_INVITATIONS,
        ),
        rules.SecondPersonNeeded: lambda: _(
            "Dit kan niemand alleen. Vraag het, dan bevestigt een tweede persoon het."
        ),
        rules.RoleAsked: lambda: _("Dit is al gevraagd en wacht op bevestiging."),
        rules.OwnApproval: lambda: _(
            "Wie het vroeg en voor wie het is, kan het niet bevestigen. Vraag het aan iemand anders."
        ),
        rules.NotApart: lambda: _(
            "Jij kreeg je eigen rol alleen langs de persoon die dit vraagt. Daarom kan je het niet "
            "bevestigen. Vraag het aan iemand anders, of aan wie de server beheert "
            "(gezinscoach account confirm)."
        ),
        rules.ApprovalSpent: lambda: _(
            "Dit wacht niet meer: iemand besliste al, het duurde te lang, of wie het vroeg is geen "
            "beheerder meer."
        ),
        rules.NotEntered: lambda: _(
            "Deze persoon kwam nog niet binnen. Bevestig het pas daarna: dan kan je de persoon zelf "
            "vragen of het klopt."
        ),
        rules.NoSecondFactor: lambda: _("Deze persoon heeft geen tweede stap om opnieuw in te stellen."),
        rules.AccountShut: lambda: _("Dit account is afgesloten."),
        rules.OrganisationNeeded: lambda: _("Kies bij deze rol ook een organisatie."),
        rules.CoachUnknown: lambda: _(
            "Er is nog geen gezinscoach met dit e-mailadres. Kies ook de organisatie: "
            "dan komt deze persoon op de lijst van gezinscoaches."
        ),
        rules.OwnCoach: lambda: _("Je kan je eigen gegevens niet veranderen. Vraag het aan iemand anders."),
        rules.StopBeforeStart: lambda: _("De laatste dag ligt voor de eerste dag. Kijk de twee dagen na."),
        rules.OrganisationExists: lambda: _("Er is al een organisatie met deze naam."),
        factors.WrongProof: lambda: _(
            "Dit lukte niet. Een code werkt maar één keer en maar even. Probeer het met een nieuwe code, "
            "of op een andere manier."
        ),
        factors.WrongResetCode: lambda: _(
            "Deze code klopt niet. Je kreeg ze van de beheerder die je hielp, niet van wie je de link gaf. "
            "Vraag ze daar nog eens."
        ),
        factors.CodesShown: lambda: _(
            "Je herstelcodes toonden we al. Heb je ze niet bewaard? Maak dan nieuwe bij “Herstelcodes”."
        ),
        factors.LastFactor: lambda: _(
            "Dit is je enige manier om in te loggen. Voeg eerst een andere toe, dan kan deze weg."
        ),
        factors.FactorSet: lambda: _("Je tweede stap is al ingesteld. Log ermee in."),
        factors.PasskeyKnown: lambda: _("Deze passkey staat al op de lijst."),
        federation.IdentityUnknown: lambda: _(
            "Hier is nog geen account met jou verbonden. Kreeg je een uitnodiging? Open ze opnieuw en kies "
            "daar “Verbind met”. Heb je al een account? Log in met je wachtwoord en verbind het daarna."
        ),
        federation.EnteredBefore: lambda: _(
            "Met deze link kies je een wachtwoord. Verbinden met een andere dienst doe je daarna, "
            "bij Mijn account."
        ),
        federation.IdentityTaken: lambda: _(
            "Dit kan niet verbonden worden: jij of dit account is daar al met iemand anders verbonden. "
            "Vraag de beheerder om hulp."
        ),
        federation.OtherOrganisation: lambda: _(
            "Je logde in voor een organisatie waarvoor dit account niet werkt. Kies bij het inloggen de "
            "juiste organisatie, of vraag de beheerder om hulp."
        ),
        federation.OtherPerson: lambda: _(
            "Intussen is hier iemand anders ingelogd. Er is niets veranderd. Begin opnieuw."
        ),
        federation.OtherSubject: lambda: _(
            "Bij deze dienst ben je iemand anders dan hier. Er is niets bevestigd. Log daar in met je eigen "
            "account."
        ),
        federation.NotAnew: lambda: _(
            "Deze dienst zegt niet dat je daar zonet opnieuw inlogde, met een tweede stap. Er is niets "
            "bevestigd. Probeer het nog eens, of log hier uit en weer in."
        ),
        federation.OnlyWay: lambda: _(
            "Zonder wachtwoord kan je dan niet meer inloggen. Vraag de beheerder om hulp."
        ),
        federation.IssuerExists: lambda: _("Er is al een dienst met deze naam of dit adres."),
        oidc.Refused: _not_proved,
        oidc.Forged: _not_proved,
        oidc.Unreachable: lambda: _(
            "Deze dienst antwoordt nu niet. Probeer het straks opnieuw, of log in met je wachtwoord."
        ),
        actions.WrongPassword: lambda: _("Dit wachtwoord klopt niet. Probeer opnieuw."),
        actions.WrongCredentials: lambda: _(
            "Dit e-mailadres en dit wachtwoord horen niet bij elkaar. Kijk ze na en probeer opnieuw."
        ),
    }


def reset_sentence(at: datetime) -> str:
    """What somebody hears at the first sign-in after the password was chosen anew."""
    return str(
        _(
            "Je wachtwoord werd opnieuw gekozen op %(day)s om %(time)s. Was jij dat niet? "
            "Zeg het meteen aan je coördinator of aan de functionaris gegevensbescherming.",
            day=format_date(day_of(at), "d MMMM y"),
            time=format_datetime(at, "HH:mm"),
        )
    )


def codes_sentence(left: int) -> str:
    """What somebody hears who came in with a recovery code: how many are left, and what to do."""
    said = ngettext("Je hebt nog %(num)d herstelcode.", "Je hebt nog %(num)d herstelcodes.", left)
    return f"{said} " + str(_("Is je toestel kwijt? Voeg een nieuw toe bij “Mijn account”."))


def unproved_sentence() -> str:
    """Why nothing came of going to an issuer, for who is signed in and stays so."""
    return str(_("Het antwoord van deze dienst klopte niet, of het was te oud. Er is niets veranderd."))


def _not_proved() -> str:
    return str(
        _(
            "Je bent niet ingelogd. Het antwoord klopte niet, of het was te oud. Probeer het opnieuw vanaf "
            "de pagina Inloggen."
        )
    )


def busy_sentence() -> str:
    """That many people sign in at this moment, and what to do."""
    return str(
        _("Het is nu even te druk: veel mensen loggen tegelijk in. Wacht een paar tellen en probeer opnieuw.")
    )


def wait_sentence(seconds: int) -> str:
    """Why somebody has to wait before the next attempt."""
    return str(
        _(
            "Er waren te veel pogingen na elkaar. Wacht %(seconds)d seconden en probeer dan opnieuw.",
            seconds=seconds,
        )
    )
