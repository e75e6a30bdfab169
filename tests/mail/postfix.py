"""A real mail server on loopback: Postfix in a folder of its own, as Debian ships it.

It takes mail by STARTTLS with a certificate of a test's own authority, puts what is for known
mailboxes into Maildirs, and sends what is for unknown ones back as a delivery report, with the
address extension of the envelope kept ("bounces+token@…" lands in the mailbox "bounces").
"""

import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

DOMAIN = "vale-cvs.example.org"
ELSEWHERE = "lighthouse.example.org"

MAIN = """
compatibility_level = 3.6
myhostname = mx.{domain}
mydestination =
queue_directory = {home}/queue
data_directory = {home}/data
mail_owner = postfix
maillog_file = {home}/log/mail.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
virtual_mailbox_domains = {domain} {elsewhere}
virtual_mailbox_base = {home}/mailboxes
virtual_mailbox_maps = texthash:{home}/mailboxes.txt
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {home}/paper.pem
smtpd_tls_key_file = {home}/paper.pem
smtpd_tls_security_level = encrypt
smtpd_client_connection_rate_limit = 0
default_transport = error:no mail leaves this test
syslog_name = postfix-test
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """The running server."""

    home: Path
    port: int
    trusted: ssl.SSLContext

    def mails_of(self, mailbox: str, domain: str = DOMAIN) -> list[bytes]:
        """What is in a mailbox, in no order."""
        folder = self.home / "mailboxes" / domain / mailbox
        return [path.read_bytes() for part in ("new", "cur") for path in (folder / part).glob("*")]

    def folder_of(self, mailbox: str) -> Path:
        return self.home / "mailboxes" / DOMAIN / mailbox

    def waits_for(self, mailbox: str, number: int, domain: str = DOMAIN) -> list[bytes]:
        """The mails of a mailbox once there are so many; fails after twenty seconds."""
        until = time.monotonic() + 20
        while len(found := self.mails_of(mailbox, domain)) < number:
            assert time.monotonic() < until, f"{len(found)} of {number}; {self.log()}"
            time.sleep(0.1)
        return found

    def log(self) -> str:
        """The end of the server's log."""
        path = self.home / "log" / "mail.log"
        return path.read_text()[-2500:] if path.exists() else "no log"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["postfix", "-c", str(self.home / "conf"), *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def starts(self) -> None:
        done = self.run("start")
        assert done.returncode == 0, f"{done.stderr}{done.stdout}{self.log()}"
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < until, self.log()
                time.sleep(0.1)

    def took(self, message_id: str) -> bool:
        """What the server's own log says of a Message-ID: the journal a host may give us."""
        path = self.home / "log" / "mail.log"
        return path.exists() and f"message-id={message_id}" in path.read_text()


@contextmanager
def postfix() -> Iterator[Postfix]:
    """A server for a test; skips where Postfix is not installed or may not be started."""
    program = shutil.which("postfix") or shutil.which("postfix", path="/usr/sbin")
    if program is None:
        pytest.skip("Postfix is not here")
    try:
        owner = pwd_of("postfix")
    except KeyError:
        pytest.skip("there is no user for Postfix")
    if subprocess.run(["id", "-u"], capture_output=True, text=True, check=True).stdout != "0\n":
        pytest.skip("Postfix is started by root alone")
    home = Path(tempfile.mkdtemp(prefix="fairnotice-postfix-"))
    try:
        server = made(home, *owner)
        server.starts()
        try:
            yield server
        finally:
            server.run("stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def pwd_of(name: str) -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(name)
    return entry.pw_uid, entry.pw_gid


def made(home: Path, uid: int, gid: int) -> Postfix:
    home.chmod(0o755)
    for name in ("conf", "queue", "data", "mailboxes", "log"):
        (home / name).mkdir()
    shutil.chown(home / "data", uid, gid)
    shutil.chown(home / "mailboxes", uid, gid)
    authority = trustme.CA()
    paper = authority.issue_cert("127.0.0.1", "localhost")
    paper.private_key_and_cert_chain_pem.write_to_path(home / "paper.pem")
    boxes = ["bounces", "alerts"]
    known = [f"{box}@{DOMAIN} {DOMAIN}/{box}/" for box in boxes]
    known += [f"reader{number}@{ELSEWHERE} {ELSEWHERE}/reader{number}/" for number in range(40)]
    (home / "mailboxes.txt").write_text("\n".join(known) + "\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    values = {
        "home": home, "domain": DOMAIN, "elsewhere": ELSEWHERE, "uid": uid, "gid": gid,
        "port": port,
    }  # fmt: skip
    (home / "conf" / "main.cf").write_text(MAIN.format(**values))
    (home / "conf" / "master.cf").write_text(MASTER.format(**values))
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    return Postfix(home, port, trusted)
