"""`make run`: starts every part of Sealroom in order, watches them, and stops them in order."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from config.database import admin
from config.embedded import commands, signals, smsinbox
from config.embedded.databases import create_database
from config.embedded.errors import StartError
from config.embedded.files import kept_port, make_folder, secret, write_private
from config.embedded.home import CHECKOUT, Home
from config.embedded.options import NOT_PASSED_ON, Options, check_port, check_services, read_options
from config.embedded.postgres import Postgres
from config.embedded.process import end_leftovers, spawn, stop, wait_until
from config.embedded.valkey import Valkey
from config.embedded.welcome import greet

DATABASE = "sealroom"
GRACE = {
    "web": 4.0,
    "beat": 1.0,
    "worker": 5.0,
    "sequencer": 3.0,
    "sms": 1.0,
}  # seconds; the order in which they are stopped


class Supervisor:
    """One run of Sealroom in one home."""

    def __init__(self, home: Home, options: Options) -> None:
        self.home = home
        self.options = options
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.urls: dict[str, str] = dict(options.database_urls)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.sms: dict[str, str] = {}

    def start(self) -> None:
        """Start everything and return when the web process answers.

        Raises:
            StartError: with one line that says what is wrong.
        """
        started = time.monotonic()
        check_services(self.options)
        check_port(self.options.port)
        self._start_services()
        self._migrate()
        commands.collect_static(self.home.path, self._env("web", "DATABASE_URL"))
        if self.options.demo:
            say("Demo people and data ...")
            commands.manage("seed_demo", home=self.home.path, env=self._env("web", "DATABASE_URL"))
        self._start_processes()
        say(f"Ready after {time.monotonic() - started:.0f} s.\n")
        greet(self.home.path, self.options, self._env("web", "DATABASE_URL"))

    def watch(self) -> None:
        """Wait until a part ends.

        Raises:
            StartError: naming the part; the caller then stops the others.
        """
        while True:
            for name, child in self.children.items():
                if (code := child.poll()) is not None:
                    raise StartError(f"The {name} process ended (exit code {code}): {self._last_words(name)}")
            for server in (self.postgres, self.valkey):
                if server and server.poll() is not None:
                    raise StartError(f"{type(server).__name__} ended unexpectedly (log: {server.log_path}).")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop what runs: first who asks (web, beat), then who works, then what they stand on."""
        for name, grace in GRACE.items():
            if name in self.children:
                stop(self.children.pop(name), first=signal.SIGTERM, grace=grace)
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        end_leftovers(self.home.path)
        (self.home.path / "services.json").unlink(missing_ok=True)

    def _start_services(self) -> None:
        redis_url = self.options.redis_url
        if not redis_url:
            say("Valkey ...")
            self.valkey = Valkey(self.home.path)
            self.valkey.start()
            redis_url = self.valkey.url
        if not self.urls:
            say("PostgreSQL ...")
            self.postgres = Postgres(self.home.path)
            self.postgres.start()
            self.urls = create_database(self.postgres, DATABASE)
        self.urls["REDIS_URL"] = redis_url
        # For manage.py by hand; our children get their own part in their environment.
        write_private(self.home.path / "services.json", json.dumps(self.urls, indent=2) + "\n")

    def _migrate(self) -> None:
        """Migrate as the owner, with the guard over the log off meanwhile where we are superuser."""
        say("Migrations ...")
        env = self._env("web", "DATABASE_URL", "DATABASE_OWNER_URL")
        arguments = ("migrate", "--database", "owner", "--no-input")
        if self.postgres is None:
            commands.manage(*arguments, home=self.home.path, env=env)
            return
        with closing(self.postgres.connect(DATABASE)) as superuser:
            admin.remove_guard(superuser)
            commands.manage(*arguments, home=self.home.path, env=env)
            admin.install_guard(superuser)

    def _start_processes(self) -> None:
        say("Web, worker, beat and sequencer ...")
        if self.options.demo and "SMS_PROVIDER" not in os.environ:
            self._start_sms()
        self._spawn("web", commands.web_command(self.options.port), self._env("web", "DATABASE_URL"))
        worker_env = self._env("worker", "DATABASE_WORKER_URL")
        self._spawn("worker", commands.WORKER, worker_env)
        self._spawn("beat", commands.BEAT, worker_env)
        self._spawn("sequencer", commands.SEQUENCER, worker_env)
        if not wait_until(self._is_healthy, self.children["web"], name="The web process", seconds=60):
            raise StartError(f"The web process ended: {self._last_words('web')}")

    def _start_sms(self) -> None:
        """In place of a provider, one that sends nothing: a newcomer reads the codes with `demo_sms`."""
        folder = make_folder(self.home.path / smsinbox.FOLDER)
        key = self.home.path / "secrets" / smsinbox.SECRET
        secret(key)
        port = kept_port(folder / "port")
        self._spawn("sms", smsinbox.command(port), self._env("web"))
        self.sms = {
            "SMS_PROVIDER": "gateway",
            "SMS_ENDPOINT": f"http://127.0.0.1:{port}/",
            "SMS_KEY_SECRET_FILE": str(key),
        }

    def _spawn(self, name: str, command: Sequence[str], env: dict[str, str]) -> None:
        with (self.home.path / "logs" / f"{name}.log").open("ab") as log:
            self.children[name] = spawn(command, home=self.home.path, log=log, env=env, cwd=CHECKOUT)

    def _env(self, process: str, *credentials: str) -> dict[str, str]:
        """Return a child's environment, with no database URL but those named."""
        return {
            **{name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON},
            **{name: self.urls[name] for name in (*credentials, "REDIS_URL")},
            "SEALROOM_HOME": str(self.home.path),
            "SEALROOM_PROCESS": process,
            "SEALROOM_DEMO": "1" if self.options.demo else "0",
            "PORT": str(self.options.port),
            "PYTHONUNBUFFERED": "1",
            **self.sms,
        }

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.options.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _last_words(self, name: str) -> str:
        path = self.home.path / "logs" / f"{name}.log"
        return f"{commands.last_line(path)} (log: {path})"


def run() -> None:
    """Run Sealroom until a signal, or until a part ends.

    Raises:
        StartError: it could not start, or a part ended.
    """
    os.umask(0o077)
    signals.listen()
    home = Home()
    supervisor = None
    try:
        options = read_options()
        home.open()
        end_leftovers(home.path)
        default = "production" if options.database_urls else "demo"
        options = replace(options, mode=home.keep_mode(options.mode, default=default))
        supervisor = Supervisor(home, options)
        supervisor.start()
        supervisor.watch()
    except signals.Stopped:
        say("Stopping ...")
    finally:
        signals.ignore()
        if supervisor:
            supervisor.stop()
    say("Stopped.")


def say(line: str) -> None:
    """Tell whoever typed `make run`."""
    print(line, flush=True)
