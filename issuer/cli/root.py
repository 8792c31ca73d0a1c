"""The root of the command: reads the settings once, finds the command, and turns what went wrong into an exit code."""

from __future__ import annotations

import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from issuer.cli.codes import INTERRUPTED, NOTHING_DONE, OUR_FAULT, WELL, WRONG_USAGE
from issuer.cli.desk import Desk
from issuer.cli.speech import complaint, note, tell, translate, words
from issuer.fault import Fault, Refused
from keys.envelope import BadKeyFile, WrongKeyEncryptionKey
from verifier.terminal import say_everything

_NOT_OURS: Final = (errno.EACCES, errno.ENOSPC, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EDQUOT)
"""What a disk can do to us, and whoever runs it can mend."""

COMMANDS: Final = {
    "new": "issuer.cli.new",
    "roster": "issuer.cli.roster",
    "issue": "issuer.cli.issue",
    "verify": "issuer.cli.verify",
    "revoke": "issuer.cli.revoke",
    "correct": "issuer.cli.correct",
    "print": "issuer.cli.print",
    "publish": "issuer.cli.publish",
    "keys": "keys.cli",
    "issuers": "issuer.cli.issuers",
    "user": "issuer.cli.user",
    "serve": "issuer.cli.serve",
    "worker": "issuer.cli.worker",
    "work": "issuer.cli.work",
    "migrate": "issuer.cli.migrate",
    "doctor": "issuer.cli.doctor",
}
"""Each command and its module, which is imported when the command is called: help should not wait for a printer."""


class Root(click.Group):
    """A group that finds its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which an organizer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, speaking the language of this run."""
        if cmd_name not in COMMANDS:
            return None
        return translate(importlib.import_module(COMMANDS[cmd_name]).command, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words(f"help.{name}").partition("\n")[0]) for name in COMMANDS])


@click.group(cls=Root, context_settings={"max_content_width": 100})
@click.version_option(package_name="attestato", message="%(version)s")
@click.option("--debug", is_flag=True)
@click.pass_context
def attestato(context: click.Context, *, debug: bool) -> None:
    """Hold what all commands share; the text of the help lies in the catalogue."""
    if not isinstance(context.obj, Desk):
        context.obj = Desk()
    context.obj.debug = debug


def main() -> None:
    """Run the command of this process."""
    say_everything()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], desk: Desk | None = None) -> int:
    """Run `attestato` with these arguments and return its exit code; a traceback is shown with `--debug` alone."""
    desk = desk or Desk()
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        code = translate(attestato, "attestato").main(arguments, "attestato", standalone_mode=False, obj=desk)
        sys.stdout.flush()
    except BaseException as fault:  # noqa: BLE001  # The last place that can turn it into an exit code.
        if debug:
            traceback.print_exc()
        return _failed(_plain(fault))
    else:
        return code if isinstance(code, int) else WELL
    finally:
        desk.close()


def _failed(fault: BaseException) -> int:
    """Say what went wrong, and return the exit code that says the same."""
    match fault:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(fault.format_message(), err=True)
            return WRONG_USAGE
        case click.UsageError():
            where = fault.ctx.command_path if fault.ctx else "attestato"
            note("usage.wrong", complaint=complaint(fault), command=where)
            return WRONG_USAGE
        case Refused():
            tell(fault.faults)
            return WRONG_USAGE if any(item.code.startswith("setting_") for item in fault.faults) else NOTHING_DONE
        case WrongKeyEncryptionKey():
            note("kek_wrong")
            return NOTHING_DONE
        case BadKeyFile():
            note("kek_file", detail=str(fault))
            return NOTHING_DONE
        case click.Abort() | KeyboardInterrupt():
            note("interrupted")
            return INTERRUPTED
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return WELL
        case OSError() if fault.errno in _NOT_OURS and fault.filename:
            note("cannot_write", file=fault.filename, reason=fault.strerror)
            return NOTHING_DONE
        case SystemExit():
            return fault.code if isinstance(fault.code, int) else OUR_FAULT
        case _:
            note("our_fault", kind=type(fault).__name__, detail=str(fault).partition("\n")[0][:300])
            return OUR_FAULT


def _plain(fault: BaseException) -> BaseException:
    """Return a refusal in place of an error that means that the database is not there, or has no room."""
    if not type(fault).__module__.startswith("sqlalchemy."):
        return fault
    from issuer.outage import outage_of  # Imported only here: help should not wait for a database.

    match outage_of(fault):
        case "full":
            return Refused(Fault("database_full"))
        case "gone":
            return Refused(Fault("database_unreachable"))
        case None:
            return fault
