"""The guide and the files it installs say what is so. `make guide` follows it."""

import importlib.machinery
import importlib.util
import re
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
import typer.main
from ruamel.yaml import YAML

from aggregator.app import Instance
from aggregator.checks import must_be_safe
from aggregator.cli import command_line
from aggregator.errors import UnsafeStart

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
UNITS = sorted(DEPLOY.glob("*.service"))
SANDBOX = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
    "CapabilityBoundingSet=", "SystemCallFilter=@system-service", "UMask=0077", "User=fair-notice",
)  # fmt: skip


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("try_guide", str(DEPLOY / "try-guide"))
    spec = importlib.util.spec_from_loader("try_guide", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.modules["try_guide"] = module
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


def test_every_box_says_whether_it_is_run_or_why_not(script: ModuleType) -> None:
    steps = script.steps(GUIDE)
    assert len(steps) == GUIDE.count("```sh") >= 12
    assert len({step.name for step in steps}) == len(steps)
    assert sum(step.reason is None for step in steps) >= 6


def test_a_box_that_says_nothing_is_an_error(script: ModuleType) -> None:
    with pytest.raises(ValueError, match="neither run nor skip"):
        script.steps("Text\n\n```sh\nrm -r everything\n```\n")


@pytest.mark.parametrize(
    ("line", "as_here"),
    [
        ("sudo install -d -m 700 -o fair-notice /var/lib/x", "install -d -m 700 /empty/var/lib/x"),
        ("sudo -u fair-notice tee /etc/a >/dev/null", "tee /empty/etc/a >/dev/null"),
        ("cat ./opt/x /optional", "cat ./opt/x /optional"),
    ],
)
def test_boxes_run_in_the_empty_folder_alone(script: ModuleType, line: str, as_here: str) -> None:
    assert script.here(line, Path("/empty")) == as_here


def test_every_command_of_guide_and_units_takes_what_it_is_given() -> None:
    group = typer.main.get_command(command_line())
    text = "\n".join((GUIDE, *(unit.read_text(encoding="utf-8") for unit in UNITS)))
    found = re.findall(r"/bin/fairnotice (?!--version)([^\n|]+)", text)
    assert len(found) >= 7
    for words in found:
        name, *rest = shlex.split(words.replace("$(date -d '3 days ago' +%F)", "2026-11-20"))
        if name == "backup" and name not in group.commands:  # type: ignore[attr-defined]
            continue  # comes with the backups
        command = group.commands[name]  # type: ignore[attr-defined]
        if rest[0] in getattr(command, "commands", {}):
            command, rest = command.commands[rest[0]], rest[1:]
        options = {name for one in command.params for name in one.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_sandboxed(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert set(SANDBOX) <= set(lines)


def test_systemd_itself_finds_nothing_wrong(script: ModuleType, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    levels = [float(text) for text in re.findall(r"service (\d+\.\d+)", script.units(tmp_path))]
    assert len(levels) == 3
    assert max(levels) < 2.0, "10 is open, 0 is shut"


def test_the_settings_of_the_guide_start_until_mail_would_go_out_with_them(
    script: ModuleType, tmp_path: Path
) -> None:
    by_name = {step.name: step.lines for step in script.steps(GUIDE)}
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    text = re.search(r"<<'END'\n(.*?)END", by_name["settings"], re.DOTALL)
    mail = re.search(r"<<'END'\n(.*?)END", by_name["mail"], re.DOTALL)
    assert text
    assert mail
    settings = home / "fairnotice.yaml"
    settings.write_text(text[1], encoding="utf-8")
    must_be_safe(Instance.at(home), now=datetime(2026, 11, 22, tzinfo=UTC))
    part = mail[1].replace("  username: notices@your-charity.org.uk\n", "")
    settings.write_text(text[1] + part, encoding="utf-8")
    with pytest.raises(UnsafeStart, match=r"operator.*still the example"):
        must_be_safe(Instance.at(home), now=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_password_of_the_example_is_refused() -> None:
    from aggregator.checks.written import is_placeholder

    text = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    found = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)
    assert [name for name, _ in found] == ["FAIRNOTICE_SMTP_PASSWORD"]
    assert all(is_placeholder(value) for _, value in found)


def test_the_compose_file_names_files_and_commands_that_exist() -> None:
    content = YAML(typ="safe").load(DEPLOY / "compose.yaml")
    assert set(content["services"]) == {"worker", "web", "proxy"}
    commands = typer.main.get_command(command_line()).commands  # type: ignore[attr-defined]
    for name in ("worker", "web"):
        service = content["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        program, command, *rest = service["command"]
        options = {opt for one in commands[command].params for opt in one.opts}
        assert program == "fairnotice"
        assert {word for word in rest if word.startswith("--")} <= options
        assert "ports" not in service, "only the proxy is reached from outside"
    assert (DEPLOY / "Caddyfile").is_file()
    assert (DEPLOY / "Containerfile").is_file()


def test_the_image_copies_only_what_is_in_the_repository() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for words in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in words.split():
            assert (ROOT / name).exists(), name
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"sources.yaml" = "aggregator/sources.yaml"' in project
    assert "sources.yaml" in text, "the package is built with it"
