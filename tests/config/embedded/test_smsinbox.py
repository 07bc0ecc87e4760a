"""The local SMS server as `make run` starts it: a process of its own."""

import signal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.embedded.files import kept_port, secret
from config.embedded.home import CHECKOUT
from config.embedded.process import spawn, stop, system_environment, wait_until
from config.embedded.smsinbox import KEPT, command, messages
from people.sms.sending import Message, NotSent, send


def _takes(settings: Any) -> bool:
    try:
        send(Message("+8613800138000", "123456", "first"))
    except NotSent:
        return False
    return True


def test_it_keeps_what_it_takes_and_demo_sms_shows_it(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secrets").mkdir()
    port = kept_port(tmp_path / "port")
    settings.SMS_PROVIDER, settings.SMS_ENDPOINT = "gateway", f"http://127.0.0.1:{port}/"
    settings.SMS_KEY_SECRET = secret(tmp_path / "secrets" / "sms")
    settings.HOME_DIR, settings.DEMO_MODE = tmp_path, True
    with pytest.raises(CommandError):
        call_command("demo_sms")
    env = {**system_environment(), "SEALROOM_HOME": str(tmp_path)}
    with (tmp_path / "sms.log").open("wb") as log:
        child = spawn(command(port), home=tmp_path, log=log, env=env, cwd=CHECKOUT)
        try:
            assert wait_until(lambda: _takes(settings), child, name="The SMS server", seconds=60)
            for number in range(KEPT):
                send(Message("+8613800138000", "123456", f"number {number}"))
        finally:
            stop(child, first=signal.SIGTERM, grace=5)
    kept = messages(tmp_path / "sms" / "inbox.json")
    assert [one["text"] for one in kept] == [f"number {number}" for number in range(KEPT)]
    call_command("demo_sms")
    assert "number 19" in capsys.readouterr().out
    assert (tmp_path / "sms.log").read_bytes() == b""  # no line for a message
    settings.DEMO_MODE = False
    with pytest.raises(CommandError):
        call_command("demo_sms")
