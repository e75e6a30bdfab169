"""The command that serves the pages."""

from typing import Annotated

import typer

from aggregator.cli.root import DEFAULT_HOME, Home, SourcesFile


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command()(serve)


def serve(
    home: Home = DEFAULT_HOME,
    sources: SourcesFile = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; leave it behind a proxy.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=1, max=65535)] = 8000,
    proxy: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="The proxy that is believed about who asks, by its address."
        ),
    ] = "127.0.0.1",
) -> None:
    """Serve the pages: sign up, preferences, open opportunities.

    Beside it `fairnotice run` collects and sends. Put a proxy with TLS before it, and set
    host: base_url in fairnotice.yaml to the address readers use.
    """
    import uvicorn

    from aggregator import screen
    from aggregator.app import Instance
    from aggregator.web import application

    screen.configure()
    instance = Instance.at(home, sources)
    with instance.store():
        pass  # checked once, and its tables brought up to date, before anybody asks
    own = f"http://{host}:{port}"
    if instance.settings.host.base_url is None:
        typer.echo(
            f"host: base_url is not set, so mails name {own}; set it before readers sign up",
            err=True,
        )
    typer.echo(f"The pages are at {own}; stop with Ctrl-C")
    uvicorn.run(
        application(instance, fallback=own),
        host=host,
        port=port,
        proxy_headers=True,
        forwarded_allow_ips=proxy,
        server_header=False,
        access_log=False,  # addresses in links are secrets
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
