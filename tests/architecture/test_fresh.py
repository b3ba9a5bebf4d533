"""Which deeds ask for a new proof of who somebody is: the whole list, so that none drops out unseen."""

from __future__ import annotations

from gezinscoach.kernel.access import mark_of

FRESH = {
    *("accounts.add_account", "accounts.approval", "accounts.connect", "accounts.deactivate"),
    *("accounts.disconnect", "accounts.end_role", "accounts.give_role", "accounts.invite_again"),
    *("accounts.reset_factor", "dossier.let_in", "own.add_passkey", "own.app", "own.new_codes"),
    *("own.password", "own.remove_app", "own.remove_passkey", "own.rename_passkey"),
    *("privacy.confirm_emergency", "privacy.lift", "privacy.noodtoegang", "privacy.read_shielded"),
    *("privacy.schuiladres", "privacy.shield_at_intake", "toelage.as_json", "toelage.as_xlsx"),
}


def test_the_delicate_deeds_are_these_and_no_others(installation):
    marks = {endpoint: mark_of(view) for endpoint, view in installation.view_functions.items()}
    assert {endpoint for endpoint, mark in marks.items() if mark and mark.fresh} == FRESH
