"""A digest in the host's colour, with the host's postal address."""

from dataclasses import replace

from aggregator.digest import compose, render
from aggregator.model import Colours, DigestKind, Host, Message
from alerts.samples import HOST, NOW, a_run, an_item

PURPLE = Colours(brand="#5b2a6e", on_dark="#c8a5d8")


def mail_of(host: Host) -> Message:
    digest = compose(a_run(), DigestKind.UPDATE, [an_item()], now=NOW)
    assert digest is not None
    return render(digest, host)


def test_headings_are_in_the_hosts_colour_by_day_and_by_night() -> None:
    html = mail_of(replace(HOST, colours=PURPLE)).html or ""
    assert PURPLE.brand in html
    assert PURPLE.on_dark in html
    assert "#0b4f4a" not in html


def test_a_host_without_colours_has_ours() -> None:
    html = mail_of(HOST).html or ""
    assert "#0b4f4a" in html
    assert "{{" not in html


def test_the_postal_address_is_in_both_parts_where_the_host_gave_one() -> None:
    mail = mail_of(replace(HOST, address="The Old School, 1 Mill Lane, Northmoor"))
    for part in (mail.text or "", mail.html or ""):
        assert "Vale of Arden CVS, The Old School, 1 Mill Lane, Northmoor." in " ".join(
            part.split()
        )
    assert "Mill Lane" not in (mail_of(HOST).text or "")
