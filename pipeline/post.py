"""Letters handed to an SMTP server."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage

from pipeline.errors import PipelineError
from pipeline.settings import Mail

PASSWORD = "CONTACT_QUALITY_SMTP_PASSWORD"
WAIT_S = 30


def send_all(mail: Mail, letters: Sequence[EmailMessage]) -> None:
    """Send over one connection. Raises PipelineError with what the server or the network said."""
    try:
        with _connect(mail) as server:
            if mail.user:
                server.login(mail.user, os.environ.get(PASSWORD, ""))
            for message in letters:
                server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise PipelineError(f"{mail.host}:{mail.port}: the letter was not sent: {error}") from None


def _connect(mail: Mail) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=WAIT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(mail.host, mail.port, timeout=WAIT_S)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
