"""fairnotice.yaml: defaults where it is silent, words where it is wrong."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from aggregator.config import Settings, load_settings
from aggregator.errors import ConfigError

FULL = """
    host:
      name: Vale of Arden CVS
      contact: help@vale-cvs.example.org
      base_url: https://vale-cvs.example.org
    digest_hour: 8
    sources: our-sources.yaml
    mail:
      host: mail.example.org
      port: 465
      security: tls
      username: alerts
      from_address: alerts@vale-cvs.example.org
      per_minute: 20
"""


def loaded(
    home: Path, text: str, environment: Mapping[str, str] = {"FAIRNOTICE_SMTP_PASSWORD": "secret"}
) -> Settings:
    (home / "fairnotice.yaml").write_text(dedent(text), encoding="utf-8")
    return load_settings(home, environment)


def told(home: Path, text: str, environment: Mapping[str, str] = {}) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(home, text, environment)
    return str(caught.value)


def test_without_a_file_mail_goes_to_the_outbox_and_nobody_is_named(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.mail is None
    assert settings.contact is None
    assert settings.digest_hour == 7
    assert settings.sources is None
    assert settings.sender.address == "fairnotice@localhost"
    assert "not set up" in settings.host.name


def test_everything_can_be_set(tmp_path: Path) -> None:
    settings = loaded(tmp_path, FULL)
    assert settings.host.name == "Vale of Arden CVS"
    assert settings.contact == "https://vale-cvs.example.org"
    assert settings.digest_hour == 8
    assert settings.sources == tmp_path / "our-sources.yaml"
    assert settings.mail is not None
    assert (settings.mail.host, settings.mail.port) == ("mail.example.org", 465)
    assert (settings.mail.security, settings.mail.per_minute) == ("tls", 20)
    assert settings.sender.address == "alerts@vale-cvs.example.org"
    assert settings.sender.reply_to == "help@vale-cvs.example.org"


def test_the_password_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    settings = loaded(tmp_path, FULL)
    assert settings.mail is not None
    assert settings.mail.password == "secret"
    assert "secret" not in repr(settings)
    assert "secret" not in str(settings)


def test_an_empty_file_is_as_good_as_none(tmp_path: Path) -> None:
    assert loaded(tmp_path, "# nothing yet\n") == load_settings(tmp_path / "elsewhere", {})


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("digest_hour: 8", "digest_hour: 1", "line 6, field digest_hour: must not be 1"),
        ("digest_hour: 8", "digest_hour: 24", "field digest_hour"),
        (
            "digest_hour: 8",
            "digst_hour: 8",
            "field digst_hour: is not known here; did you mean digest_hour?",
        ),
        ("port: 465", "prt: 465", "line 10, field mail.prt: is not known here; did you mean port?"),
        ("port: 465", "port: 0", "line 10, field mail.port"),
        (
            "security: tls",
            "security: ssl",
            "should be 'starttls', 'tls' or 'none', but it says 'ssl'",
        ),
        ("security: tls", "security: none", "only for a mail server on this machine"),
        (
            "security: tls",
            "password: secret",
            "line 11, field mail.password: must not stand in the file",
        ),
        ("per_minute: 20", "per_minute: 0", "field mail.per_minute"),
        (
            "from_address: alerts@vale-cvs.example.org",
            "from_address: alerts",
            "field mail.from_address",
        ),
        ("name: Vale of Arden CVS", 'name: "Vale\\nBcc: x"', "field host.name"),
        ("base_url: https://vale-cvs.example.org", "base_url: vale-cvs", "field host.base_url"),
        ("  contact: help@vale-cvs.example.org\n", "\n", "field host.contact: is missing"),
        ("digest_hour: 8", "contact_for_portals: we@hiddenoak.example", "must not contain “deno”"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(
    tmp_path: Path, wrong: str, right: str, words: str
) -> None:
    assert wrong in FULL
    message = told(tmp_path, FULL.replace(wrong, right), {"FAIRNOTICE_SMTP_PASSWORD": "secret"})
    assert words in message
    assert "secret" not in message.replace("password: secret", "")


def test_a_user_name_without_password_is_told_with_the_variable(tmp_path: Path) -> None:
    assert "FAIRNOTICE_SMTP_PASSWORD" in told(tmp_path, FULL, {})


def test_a_file_that_is_a_list_is_told(tmp_path: Path) -> None:
    assert "digest_hour: 7" in told(tmp_path, "- host\n")


def test_a_name_that_find_a_tender_would_refuse_is_not_sent_to_portals(tmp_path: Path) -> None:
    """The letters “deno” anywhere in a caller's name shut every page of it."""
    text = FULL.replace("https://vale-cvs.example.org", "https://hiddenoak.example")
    assert loaded(tmp_path, text).contact == "help@vale-cvs.example.org"


def test_moderators_are_addresses(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "moderators: [ann@vale-cvs.example.org]\n")
    assert settings.moderators == ("ann@vale-cvs.example.org",)
    assert "moderators" in told(tmp_path, "moderators: [ann]\n")
    assert "moderators" in told(tmp_path, "moderators: ann@vale-cvs.example.org\n")
