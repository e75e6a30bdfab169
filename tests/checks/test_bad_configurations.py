"""Forty ways to set an instance up wrongly: each is refused or explained, with where and what."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from aggregator import config, service
from aggregator.app import DATABASE, Instance, build_sources
from aggregator.checks import must_be_safe, of_start
from aggregator.config import PASSWORD
from aggregator.config.secret import VARIABLE as SECRET
from aggregator.errors import AlreadyRunning, FairNoticeError
from aggregator.store import Store
from aggregator.testing import a_notice, utc

NOW = utc(2026, 11, 22, 9)
KEY = "kP3nY8vQ1xW6zB4tR9mD2sF7hJ5cL0aG"

SOURCES = """\
- id: cvs
  name: Northmoor CVS
  kind: feed
  base_url: https://cvs.example.org
  path: /feed
  pace: 1
  kind_of_notice: grant
"""
HOST = "host: {name: Arden Action, contact: hello@ardenaction.org.uk, address: '1 Mill Lane, Arden'"
GOOD = (
    HOST + ", base_url: 'https://notices.ardenaction.org.uk'}\n"
    "operator: office@ardenaction.org.uk\n"
    "mail:\n  host: smtp.ardenaction.org.uk\n  username: notices\n"
)
Act = Callable[[Path], object]


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A home set up wrongly. refused: no start; else doctor explains. says: all of it is said."""

    name: str
    says: tuple[str, ...]
    text: str = GOOD
    sources: str = SOURCES
    variables: Mapping[str, str] = field(default_factory=dict)
    act: Act = lambda home: None
    refused: bool = True
    now: datetime = NOW


def mode(name: str, bits: int) -> Act:
    def act(home: Path) -> None:
        path = home / name
        if name and not path.exists():
            path.write_text(KEY, encoding="ascii")
        path.chmod(bits)

    return act


def secret(text: str) -> Act:
    def act(home: Path) -> None:
        (home / "secret").write_text(text, encoding="ascii")
        (home / "secret").chmod(0o600)

    return act


def database(home: Path) -> None:
    Store.open(home / DATABASE).close()


def later_database(home: Path) -> None:
    with Store.open(home / DATABASE) as store:
        store._db.write(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) SELECT"
            " migration_set, 'of_the_year_2031', applied_at FROM _sqlite_migrations LIMIT 1"
        )


def others_database(home: Path) -> None:
    (home / DATABASE).write_bytes(b"this is no database, whatever its name may say" * 50)
    (home / DATABASE).chmod(0o600)


def readable_database(home: Path) -> None:
    database(home)
    (home / DATABASE).chmod(0o644)


def notice_of_tomorrow(home: Path) -> None:
    with Store.open(home / DATABASE) as store:
        store.add_notices(
            [a_notice()], payload_id=None, retrieved_at=utc(2026, 11, 25), backfill=False
        )


def renamed(name: str) -> Act:
    def act(home: Path) -> None:
        (home / "fairnotice.yaml").rename(home / name)

    return act


def nothing_on(home: Path) -> None:
    database(home)


YAML = [
    Bad(name="a tab", text="host:\n\tname: Arden\n", says=("fairnotice.yaml", "line 2", "spaces")),
    Bad(name="a colon in a name", text="host:\n  name: Arden: Action\n  contact: a@b.uk\n",
        says=("line 2", "quotes")),
    Bad(name="a field twice", text="digest_hour: 7\ndigest_hour: 8\n", says=("line 2", "only one")),
    Bad(name="an unknown field", text="digest_hours: 7\n",
        says=("line 1", "did you mean digest_hour")),
    Bad(name="an hour that comes twice a year", text="digest_hour: 1\n",
        says=("line 1", "must not be 1")),
    Bad(name="an hour that no day has", text="digest_hour: 24\n", says=("line 1", "digest_hour")),
    Bad(name="no contact", text="host:\n  name: Arden\n", says=("host.contact", "is missing")),
    Bad(name="a logo that is not there", text=f"{HOST}, logo: logo.png}}\n",
        says=("line 1", "host.logo", "cannot be read")),
    Bad(name="a colour that cannot be read",
        text=f"{HOST}, colours: {{brand: '#ffff99'}}}}\n",
        says=("line 1", "colours.brand", "darker")),
    Bad(name="a place nobody knows", text=f"{HOST}, place: Atlantis}}\n",
        says=("line 1", "host.place", "no place we know")),
    Bad(name="an address without a scheme",
        text=f"{HOST}, base_url: notices.ardenaction.org.uk}}\n", says=("line 1", "host.base_url")),
    Bad(name="a contact for portals that one of them refuses",
        text=f"contact_for_portals: gptbot@x.uk\n{HOST}}}\n", says=("line 1", "Find a Tender")),
    Bad(name="the password in the file", text="mail:\n  host: m.uk\n  password: hush\n",
        says=("line 3", "mail.password", PASSWORD)),
    Bad(name="a name without a password", variables={}, says=("line 3", "mail", PASSWORD)),
    Bad(name="no encryption to a far mail server",
        text=f"{HOST}}}\nmail:\n  host: smtp.x.org.uk\n  security: none\n",
        says=("line 2", "only for a mail server on this machine")),
    Bad(name="a port that is none", text="mail: {host: m.uk, port: 70000}\n",
        says=("line 1", "mail.port")),
    Bad(name="two operators in a line", text="operator: a@b.uk, c@d.uk\n",
        says=("line 1", "operator")),
    Bad(name="not UTF-8", text="name: caf\udce9\n", says=("fairnotice.yaml", "UTF-8")),
    Bad(name="a list", text="- host\n", says=("fairnotice.yaml", "digest_hour: 7")),
    Bad(name="settings under another name", act=renamed("fairnotice.yml"),
        says=("fairnotice.yml is not read", "mv ")),
    Bad(name="settings with an ending that Windows hides", act=renamed("fairnotice.yaml.txt"),
        says=("fairnotice.yaml.txt is not read", "mv ")),
]  # fmt: skip

PASS = {PASSWORD: "l9-fWq27:x"}
HARM = [
    Bad(name="http in public", variables=PASS, text=GOOD.replace("https:", "http:"),
        says=("line 1", "host.base_url", "https://")),
    Bad(name="mails that name this machine", variables=PASS,
        text=GOOD.replace("notices.ardenaction.org.uk'", "127.0.0.1:8000'"),
        says=("line 1", "host.base_url", "nowhere")),
    Bad(name="pages inside the office's own network", variables=PASS,
        text=GOOD.replace("notices.ardenaction.org.uk'", "192.168.1.20'"),
        says=("line 1", "host.base_url", "public address")),
    Bad(name="the address of the guide", variables=PASS,
        text=GOOD.replace("notices.ardenaction.org.uk'", "notices.example.org'"),
        says=("line 1", "host.base_url", "example of the guide")),
    Bad(name="the mail server of the guide", variables=PASS,
        text=GOOD.replace("smtp.ardenaction.org.uk", "mail.example.org"),
        says=("line 4", "mail.host", "example of the guide")),
    Bad(name="the contact of the guide as the sender", variables=PASS,
        text=GOOD.replace("hello@ardenaction.org.uk", "hello@example.org"),
        says=("line 1", "host.contact", "example of the guide")),
    Bad(name="the sender of the guide", variables=PASS,
        text=GOOD + "  from_address: notices@example.com\n",
        says=("line 6", "mail.from_address", "example of the guide")),
    Bad(name="the operator of the guide", variables=PASS,
        text=GOOD.replace("office@ardenaction.org.uk", "you@example.org"),
        says=("line 2", "operator", "example of the guide")),
    Bad(name="mail in nobody's name", variables=PASS, text="mail:\n  host: smtp.x.org.uk\n",
        says=("line 1", "nobody's name", "name and contact")),
    Bad(name="the password of the guide", variables={PASSWORD: "change-me"},
        says=(PASSWORD, "word of an example")),
    Bad(name="the key of the guide",
        variables={**PASS, SECRET: "change-me-change-me-change-me-change-me"},
        says=(SECRET, "can be guessed", "openssl rand")),
    Bad(name="a short key", variables={**PASS, SECRET: "hush"},
        says=(SECRET, "at least 32 characters")),
    Bad(name="a key of one letter", variables=PASS, act=secret("a" * 40),
        says=("secret", "can be guessed")),
    Bad(name="an empty key", variables=PASS, act=secret("\n"),
        says=("secret", "at least 32 characters")),
    Bad(name="a key the world may read", variables=PASS, act=mode("secret", 0o644),
        says=("secret", "may read", "chmod 600")),
    Bad(name="a database the world may read", variables=PASS, act=readable_database,
        says=(DATABASE, "readers' addresses", "chmod 600")),
    Bad(name="a folder the world may change", variables=PASS, act=mode("", 0o777),
        says=("anybody on this machine may change", "chmod 700")),
    Bad(name="settings the world may change", variables=PASS,
        act=mode("fairnotice.yaml", 0o666), says=("fairnotice.yaml", "may change", "chmod 600")),
    Bad(name="a database of a later version", variables=PASS, act=later_database,
        says=(DATABASE, "later version", "of_the_year_2031", "Install")),
    Bad(name="something else in the place of the database", variables=PASS,
        act=others_database, says=(DATABASE, "no database", "backup")),
    Bad(name="a clock behind what is stored", variables=PASS, act=notice_of_tomorrow,
        says=("clock", "25 November 2026", "timedatectl")),
    Bad(name="a clock of the year 1970", variables=PASS, act=database, now=utc(1970, 1, 1),
        says=("1970", "timedatectl")),
    Bad(name="a kind of log nobody knows", variables={**PASS, "FAIRNOTICE_LOG": "syslog"},
        says=("FAIRNOTICE_LOG", "json or plain")),
    Bad(name="a kind of source nobody knows", variables=PASS,
        sources=SOURCES.replace("kind: feed", "kind: telepathy"),
        says=("sources.yaml", "line 3", "telepathy", "one of")),
    Bad(name="a source without its address", variables=PASS,
        sources=SOURCES.replace("  base_url: https://cvs.example.org\n", ""),
        says=("sources.yaml", "entry cvs", "base_url")),
    Bad(name="a list of sources that is not there", variables=PASS, text="sources: mine.yaml\n",
        says=("mine.yaml", "cannot be read")),
]  # fmt: skip

ODD = [
    Bad(name="nobody is told when a person must act", refused=False, variables=PASS,
        text=GOOD.replace("operator: office@ardenaction.org.uk\n", ""),
        says=("nobody is mailed", "operator:")),
    Bad(name="mails that cannot be stopped by a press", refused=False, variables=PASS,
        text=GOOD.replace(", base_url: 'https://notices.ardenaction.org.uk'", ""),
        says=("cannot stop it", "base_url")),
    Bad(name="mails without the host's address", refused=False, variables=PASS,
        text=GOOD.replace(", address: '1 Mill Lane, Arden'", ""), says=("by post", "address")),
    Bad(name="two keys in two places", refused=False, act=secret(KEY),
        variables={**PASS, SECRET: KEY[::-1]}, says=("different keys", "the variable counts")),
    Bad(name="the guide's address where no mail goes out", refused=False,
        text=f"{HOST}, base_url: 'https://notices.example.org'}}\n",
        says=("line 1", "example of the guide")),
]  # fmt: skip


def set_up(home: Path, bad: Bad) -> None:
    home.mkdir(mode=0o700)
    content = bad.text.encode("utf-8", "surrogateescape")
    (home / "fairnotice.yaml").write_bytes(content)
    (home / "fairnotice.yaml").chmod(0o600)
    (home / "sources.yaml").write_text(bad.sources, encoding="utf-8")
    bad.act(home)


def started(home: Path, variables: Mapping[str, str], now: datetime) -> None:
    """What `run` does before it begins."""
    settings = config.load_settings(home, variables)
    entries = config.load_sources(settings.sources or home / "sources.yaml")
    build_sources(entries)
    instance = Instance(home=home, settings=settings, entries=entries)
    must_be_safe(instance, now=now, environment=variables)


def explained(home: Path, variables: Mapping[str, str], now: datetime) -> str:
    settings = config.load_settings(home, variables)
    instance = Instance(home=home, settings=settings, entries=())
    found = [one for one in of_start(instance, None, now=now, environment=variables)
             if not one.well]  # fmt: skip
    return "\n".join(f"{one.where}: {one.words} {one.remedy}" for one in found)


@pytest.mark.parametrize("bad", [*YAML, *HARM], ids=lambda bad: bad.name)
def test_the_service_does_not_start(tmp_path: Path, bad: Bad) -> None:
    home = tmp_path / "home"
    set_up(home, bad)
    before = sorted(path.name for path in home.iterdir())
    with pytest.raises(FairNoticeError) as told:
        started(home, bad.variables, bad.now)
    for words in bad.says:
        assert words in str(told.value), told.value
    after = sorted(path.name for path in home.iterdir())
    assert [name for name in after if "fairnotice.db-" not in name] == [
        name for name in before if "fairnotice.db-" not in name
    ], "looking changes nothing"


@pytest.mark.parametrize("bad", ODD, ids=lambda bad: bad.name)
def test_what_harms_nobody_is_explained(tmp_path: Path, bad: Bad) -> None:
    home = tmp_path / "home"
    set_up(home, bad)
    started(home, bad.variables, bad.now)
    told = explained(home, bad.variables, bad.now)
    for words in bad.says:
        assert words in told


def test_there_are_at_least_forty_of_them() -> None:
    assert len({bad.name for bad in (*YAML, *HARM, *ODD)}) >= 40


def test_what_is_set_up_well_starts_and_nothing_is_to_be_done(tmp_path: Path) -> None:
    home = tmp_path / "home"
    set_up(home, Bad(name="good", says=(), variables=PASS, act=secret(KEY)))
    database(home)
    started(home, PASS, NOW)
    assert explained(home, PASS, NOW) == ""


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "http://10.0.0.7"]
)
def test_a_trial_on_this_machine_may_do_without_encryption(tmp_path: Path, base: str) -> None:
    home = tmp_path / "home"
    set_up(home, Bad(name="trial", says=(), text=f"{HOST}, base_url: '{base}'}}\n"))
    started(home, {}, NOW)


def test_all_that_is_in_the_way_is_said_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    bad = Bad(name="both", says=(), text=GOOD.replace("https:", "http:"), act=secret("a" * 40))
    set_up(home, bad)
    with pytest.raises(FairNoticeError, match=r"(?s)can be guessed.*https://"):
        started(home, PASS, NOW)


def test_a_second_service_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        service.only_one(tmp_path, "run"),
        pytest.raises(AlreadyRunning, match="wait for it or stop it"),
        service.only_one(tmp_path, "run"),
    ):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    set_up(home, Bad(name="read-only", says=(), act=lambda home: home.chmod(0o500)))
    with pytest.raises(FairNoticeError, match="chown"):
        started(home, PASS, NOW)
