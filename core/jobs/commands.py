"""``flask worker``: the process that does jobs and sends mail."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from core import clock, notify
from core.jobs.services import ask_for_daily_jobs, run_due_jobs

# One indexed query that finds nothing costs far less than a person notices of half a second.
POLL_SECONDS = 0.5


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what waits now, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Do jobs and send mail until stopped; any number of workers may run beside each other."""
    app = current_app._get_current_object()  # ty: ignore[missing-attribute]
    if once:
        ask_for_daily_jobs(app)
        jobs = run_due_jobs(app, limit=1000)
        mails = notify.send_due_mail(app, limit=1000)
        click.echo(f"{jobs} jobs done, {mails} mails sent")
        return
    click.echo("worker: waiting for work", err=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    asked_on = None
    while not stop.is_set():
        if asked_on != clock.today():
            ask_for_daily_jobs(app)
            asked_on = clock.today()
        ran = run_due_jobs(app)
        sent = notify.send_due_mail(app)
        if not ran and not sent:
            stop.wait(POLL_SECONDS)
