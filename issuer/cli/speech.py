"""How the command speaks: sentences of the catalogue, in one language, help and complaints included."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from dotenv import dotenv_values

from issuer.fault import Fault
from templates import LANGUAGES, UnknownSentence, sentence

_EXTRA: Final = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_HEADINGS: Final = ("Usage: ", "Options", "Commands", "Arguments")


def language_of_start() -> str:
    """Return the language to speak before the settings are read, or when they cannot be."""
    named = os.environ.get("ATTESTATO_LANGUAGE") or dotenv_values(Path(".env")).get("ATTESTATO_LANGUAGE")
    return named if named in LANGUAGES else "en"


def words(code: str, /, **values: object) -> str:
    """Return the sentence `cli.CODE` in the language of this run."""
    return sentence(f"cli.{code}", language_of_start(), **values)


def say(code: str, /, **values: object) -> None:
    """Print a sentence on stdout."""
    click.echo(words(code, **values))


def note(code: str, /, **values: object) -> None:
    """Print a sentence on stderr, where it disturbs no `--json`."""
    click.echo(words(code, **values), err=True)


def tell(faults: Sequence[Fault], source: str = "") -> None:
    """Print faults on stderr, one a line, each with its place."""
    for fault in faults:
        click.echo(f"  {place(fault, source)}{fault.message(language_of_start())}", err=True)


def place(fault: Fault, source: str = "") -> str:
    """Return where a fault is, as `guests.csv, line 12, Email: `; empty when it is nowhere in particular."""
    parts = [source] if source else []
    if fault.row is not None:
        parts.append(words("line", line=fault.row))
    if fault.column and fault.column not in fault.values.values():
        parts.append(fault.column)
    return ", ".join(parts) + ": " if parts else ""


class Help(click.HelpFormatter):
    """Help whose headings speak the language of this run."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that says how a command is called."""
        super().write_usage(prog, args, prefix if prefix is not None else words("heading.usage") + " ")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(words(f"heading.{heading.lower()}") if heading in _HEADINGS else heading)


class Context(click.Context):
    """A context whose help speaks the language of this run."""

    formatter_class = Help


def translate(command: click.Command, name: str) -> click.Command:
    """Give a command, its options and the commands below it their help, which lies in the catalogue."""
    command.context_class = Context
    command.help = words(f"help.{name}")
    command.short_help = command.help.partition("\n")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = _help_of(name, parameter.name or "")
    if command.add_help_option and (option := command.get_help_option(Context(command))):
        option.help = words("option.help")
    if isinstance(command, click.Group):
        for below, child in command.commands.items():
            translate(child, f"{name}.{below}")
    return command


def _help_of(command: str, option: str) -> str:
    """Return the help of an option: the command's own words for it, else those that all commands share."""
    try:
        return words(f"option.{command}.{option}")
    except UnknownSentence:
        return words(f"option.{option}")


def complaint(fault: click.UsageError) -> str:
    """Return what is wrong with how a command was called."""
    match fault:
        case click.NoSuchOption():
            near = ", ".join(fault.possibilities or ())
            return words("usage.no_option_near" if near else "usage.no_option", name=fault.option_name, near=near)
        case click.exceptions.NoSuchCommand():
            return words("usage.no_command", name=fault.command_name)
        case click.MissingParameter():
            return words("usage.missing", name=_named(fault))
        case click.BadParameter():
            return words("usage.bad", name=_named(fault), detail=_detail(fault))
        case click.BadOptionUsage():
            return words("usage.option", name=fault.option_name)
        case _:
            extra = _EXTRA.match(fault.message)
            return words("usage.extra", value=extra[1]) if extra else fault.format_message()


def _detail(fault: click.BadParameter) -> str:
    """Return what a value must be, where click has words for it in English alone."""
    match fault.param.type if fault.param else None:
        case click.Choice(choices=choices):
            return words("usage.choice", choices=", ".join(map(str, choices)))
        case click.IntRange(min=low, max=high):
            return words("usage.range", low=low, high=high) if high is not None else words("usage.at_least", low=low)
        case click.Path() if fault.message.endswith("does not exist."):
            return words("usage.no_folder")
        case click.Path() if fault.message.endswith("is a file."):
            return words("usage.not_a_folder")
        case _:
            return fault.message


def _named(fault: Any) -> str:
    parameter, context = fault.param, fault.ctx
    if parameter is None:
        return str(fault.param_hint or "")
    if isinstance(parameter, click.Option):
        return "/".join(parameter.opts)
    return str(parameter.make_metavar(context)) if context else str(parameter.name)
