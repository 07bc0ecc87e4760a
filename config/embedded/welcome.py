"""What `make run` prints once everything answers: the address, and how to sign in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from config.embedded import commands
from config.embedded.options import Options


def greet(home: Path, options: Options, env: Mapping[str, str]) -> None:
    """Print the address and the way in: demo logins, or the one-time links of the first two people."""
    # "localhost", since passkeys refuse an address as a site's name
    print(f"Sealroom: http://localhost:{options.port}")
    if options.demo:
        _demo_logins(home / "demo-logins.json")
    else:
        print(commands.ask("first_links", home=home, env=env))
    print(f"Logs: {home / 'logs'}    Stop: Ctrl-C", flush=True)


def _demo_logins(path: Path) -> None:
    people = json.loads(path.read_text(encoding="utf-8"))
    names = ", ".join(f"{one['username']} ({one['role']})" for one in _one_of_each_role(people))
    print(f"Sign in as one of: {names}")
    print(f"Their passwords: {path}")
    name = next((one["username"] for one in people if one.get("totp_secret")), "NAME")
    where = f"SEALROOM_DEMO=1 SEALROOM_HOME={path.parent}"
    manage = f"{where} .venv/bin/python manage.py"
    print(f"The code that staff are asked for as well: {manage} demo_code {name}")
    print(f"The code that a guest invited by mobile number is sent: {manage} demo_sms")


def _one_of_each_role(people: Sequence[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    return {one["role"]: one for one in reversed(people)}.values()
