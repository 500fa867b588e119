"""The one error tree: what is wrong, where, and what to do.

A message is an English template (the msgid of its translation) and its parameters, so that whoever shows it says it in the
reader's language. Nothing here is caught in the middle of the program: the command line and the page frame show it, once.
"""

from __future__ import annotations

from collections.abc import Callable


def N_(message: str) -> str:
    """Mark a literal for extraction into the translation catalogue; return it unchanged."""
    return message


class EpiGridError(Exception):
    """A known failure, told in one sentence."""

    exit_code = 2

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def text(self, translate: Callable[[str], str] = N_) -> str:
        """Return the sentence in the language of ``translate``."""
        return translate(self.message).format(**self.params)

    def __str__(self) -> str:
        return self.text()


class InputError(EpiGridError):
    """What the user gave cannot be used."""


class NotFound(EpiGridError):
    """What was asked for does not exist, or lies outside the viewer's scope."""


class StoreBusy(EpiGridError):
    """Another process holds the ledger and does not answer."""


class Changed(EpiGridError):
    """The workspace is no longer what the viewer acted on."""


class AccessDenied(EpiGridError):
    """The viewer's role does not allow this."""
