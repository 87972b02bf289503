"""Letters handed to an SMTP server."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from pipeline.errors import PipelineError
from pipeline.settings import Mail

PASSWORD = "CONTACT_QUALITY_SMTP_PASSWORD"
WAIT_S = 30


def send_all(mail: Mail, letters: Sequence[EmailMessage]) -> None:
    """Send over one connection, dated now: by the week's end they would lie below what has come since. Raises PipelineError with
    what the server or the network said, or whom the server refused, and how many letters are on their way nevertheless."""
    sent, refused = 0, set[str]()
    try:
        with _connect(mail) as server:
            if mail.user:
                server.login(mail.user, os.environ.get(PASSWORD, ""))
            for message in letters:
                message.replace_header("Date", format_datetime(localtime()))
                refused |= server.send_message(message).keys()
                sent += 1
    except (smtplib.SMTPException, OSError) as error:
        raise PipelineError(f"{mail.host}:{mail.port}: {sent} of {len(letters)} letters sent, then: {error}") from None
    if refused:
        raise PipelineError(
            f"{mail.host}:{mail.port}: {sent} letters sent, but refused for {', '.join(sorted(refused))}"
        )


def _connect(mail: Mail) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=WAIT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(mail.host, mail.port, timeout=WAIT_S)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
