"""`check --deploy` refuses each insecure setting by its number, and nothing when all is well."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import ERROR, WARNING, run_checks

from config import checks
from config.checks import (
    certificates_of_companies,
    checkpoints,
    deployment,
    identity_providers,
    no_virus_scanner,
    private_files,
    root_keys,
    text_messages,
    virus_scanner,
)


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    settings = SimpleNamespace(
        DEMO_MODE=False,
        PUBLIC_ADDRESS="https://vault.example.cn",
        SECRET_KEY="k3" * 32,
        ALLOWED_HOSTS=["vault.example.cn"],
        DATABASES={"default": {}, "audit": {}},
        HOME_DIR=tmp_path,
        KEYS_DIR=tmp_path / "keys",
        KEY_PROVIDER="file",
        KEY_PROVIDER_BEFORE="",
        BREACHED_PASSWORDS="",
        NOTICE_ROBOT_LOCAL="",
        OIDC_PROVIDERS="",
        KEY_PROVIDER_OPTIONS={},
        TSA_URL="",
        TSA_CA_FILE="",
        CHECKPOINTS_BUCKET="",
        CHECKPOINTS_BUCKET_DAYS=3650,
        SMS_PROVIDER="",
        SMS_ENDPOINT="",
        SEAL_CA_URL="",
        CLAMD_ADDRESS="127.0.0.1:3310",
    )
    monkeypatch.setattr(checks, "settings", settings)
    return settings


def test_a_sound_deployment_passes(sound: SimpleNamespace) -> None:
    assert deployment() == []
    assert private_files() == []
    assert root_keys() == []
    assert checkpoints() == []
    assert text_messages() == []
    assert certificates_of_companies() == []
    assert virus_scanner() == []
    assert no_virus_scanner() == []


def test_a_deployment_without_a_virus_scanner_is_warned_and_not_refused(sound: SimpleNamespace) -> None:
    sound.CLAMD_ADDRESS = ""
    [warning] = no_virus_scanner()
    assert warning.id == "sealroom.C032"
    assert WARNING <= warning.level < ERROR
    assert virus_scanner() == []


@pytest.mark.parametrize("address", ["scanner:3310", "10.0.0.9:3310", "clamd.ctl"])
def test_files_go_in_the_clear_to_this_machine_alone(sound: SimpleNamespace, address: str) -> None:
    sound.CLAMD_ADDRESS = address
    assert [problem.id for problem in virus_scanner()] == ["sealroom.C033"]


_SEALS = {
    "SEAL_CA_URL": "https://seals.example.cn",
    "SEAL_CA_SECRET": "s",
    "SEAL_CA_ROOTS": "root.pem",
    "SEAL_CA_CRLS": ["https://seals.example.cn/list.crl"],
}


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ({}, []),
        ({"SEAL_CA_URL": "http://127.0.0.1:9/"}, []),
        ({"SEAL_CA_SECRET": ""}, ["sealroom.C030"]),
        ({"SEAL_CA_SECRET": "", "SEAL_CA_ROOTS": "", "SEAL_CA_CRLS": []}, ["sealroom.C030"] * 3),
        ({"SEAL_CA_URL": "http://seals.example.cn"}, ["sealroom.C031"]),
        ({"SEAL_CA_CRLS": ["https://a.example.cn/1", "http://b.example.cn/2"]}, ["sealroom.C031"]),
        ({"SEAL_CA_URL": "ftp://seals.example.cn", "SEAL_CA_ROOTS": ""}, ["sealroom.C030", "sealroom.C031"]),
        ({"SEAL_CA_URL": "", "SEAL_CA_SECRET": "", "SEAL_CA_CRLS": ["http://b.example.cn"]}, []),
    ],
)
def test_an_adapter_of_seals_that_lacks_something_is_named(
    sound: SimpleNamespace, values: dict[str, Any], numbers: list[str]
) -> None:
    vars(sound).update(_SEALS | values)
    assert [problem.id for problem in certificates_of_companies()] == numbers


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ({"SMS_PROVIDER": "gateway", "SMS_KEY_SECRET": "s"}, ["sealroom.C016"]),
        (
            {"SMS_PROVIDER": "gateway", "SMS_KEY_SECRET": "s", "SMS_ENDPOINT": "http://sms.example.cn"},
            ["sealroom.C017"],
        ),
        (
            {
                "SMS_PROVIDER": "tencent",
                "SMS_KEY_SECRET": "s",
                "SMS_KEY_ID": "i",
                "SMS_SIGN_NAME": "",
                "SMS_TEMPLATE": "1",
                "SMS_APP_ID": "",
            },
            ["sealroom.C016", "sealroom.C016"],
        ),
        ({"SMS_PROVIDER": "gateway", "SMS_KEY_SECRET": "s", "SMS_ENDPOINT": "http://127.0.0.1:9/"}, []),
    ],
)
def test_a_provider_of_text_messages_that_lacks_something_is_named(
    sound: SimpleNamespace, values: dict[str, Any], numbers: list[str]
) -> None:
    vars(sound).update(values)
    assert [problem.id for problem in text_messages()] == numbers


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"TSA_URL": "https://tsa.example.org"}, "sealroom.C013"),
        ({"TSA_URL": "file:///etc/passwd", "TSA_CA_FILE": "root.pem"}, "sealroom.C013"),
        ({"CHECKPOINTS_BUCKET": "b", "CHECKPOINTS_BUCKET_DAYS": 0}, "sealroom.C015"),
    ],
)
def test_a_place_of_checkpoints_that_lacks_something_is_named(
    sound: SimpleNamespace, values: dict[str, Any], number: str
) -> None:
    vars(sound).update(values)
    assert [problem.id for problem in checkpoints()] == [number]
    sound.TSA_URL, sound.TSA_CA_FILE, sound.CHECKPOINTS_BUCKET_DAYS = "https://tsa.example.org", "root.pem", 1
    assert checkpoints() == []


def test_the_provider_that_the_house_leaves_is_checked_too(sound: SimpleNamespace) -> None:
    sound.KEY_PROVIDER_BEFORE = "file"
    assert [problem.id for problem in root_keys()] == ["sealroom.C012"]
    sound.KEY_PROVIDER_BEFORE = "awskms"
    sound.KEY_PROVIDER_OPTIONS = {"AWS_KMS_REGION": ""}
    assert [problem.id for problem in root_keys()] == ["sealroom.C007"]


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEMO_MODE", True, "sealroom.C001"),
        ("PUBLIC_ADDRESS", "http://vault.example.cn", "sealroom.C002"),
        ("SECRET_KEY", "short", "sealroom.C003"),
        ("ALLOWED_HOSTS", ["*"], "sealroom.C004"),
        ("DATABASES", {"default": {}, "owner": {}}, "sealroom.C005"),
    ],
)
def test_an_insecure_setting_is_refused(sound: SimpleNamespace, name: str, value: Any, number: str) -> None:
    setattr(sound, name, value)
    assert [message.id for message in deployment()] == [number]


def test_a_home_with_demo_people_is_refused_without_the_switch_too(sound: SimpleNamespace) -> None:
    (sound.HOME_DIR / "demo-logins.json").touch()
    assert [message.id for message in deployment()] == ["sealroom.C001"]


def test_readable_keys_are_refused(sound: SimpleNamespace) -> None:
    sound.KEYS_DIR.mkdir(mode=0o700)
    (sound.KEYS_DIR / "root-keys.json").touch(mode=0o600)
    assert private_files() == []
    (sound.KEYS_DIR / "root-keys.json").chmod(0o640)
    assert [message.id for message in private_files()] == ["sealroom.C006"]


def test_the_checks_are_registered(sound: SimpleNamespace) -> None:
    sound.DEMO_MODE = True
    found = run_checks(include_deployment_checks=True, tags=["security"])
    assert "sealroom.C001" in {message.id for message in found}


def test_production_settings_pass_djangos_own_deployment_checks(tmp_path: Path) -> None:
    """A real process with a production environment: `check --deploy --fail-level WARNING` is silent."""
    kept = ("PATH", "DATABASE_URL", "REDIS_URL")  # nothing that other tests put into this process
    production = {name: os.environ[name] for name in kept} | {
        "SEALROOM_HOME": str(tmp_path),
        "SECRET_KEY": "0123456789abcdef" * 4,
        "PUBLIC_ADDRESS": "https://vault.example.cn",
        "ALLOWED_HOSTS": "vault.example.cn",
        "CLAMD_ADDRESS": "/run/clamav/clamd.ctl",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


SOUND_TRANSIT = {
    "TRANSIT_ADDRESS": "https://bao.example.cn:8200",
    "TRANSIT_TOKEN_FILE": "/run/secrets/token",
    "TRANSIT_ROLE_ID": "",
    "TRANSIT_SECRET_ID_FILE": "",
}


@pytest.mark.parametrize(
    ("provider", "options", "numbers"),
    [
        ("transit", {}, []),
        ("transit", {"TRANSIT_ADDRESS": ""}, ["sealroom.C007"]),
        ("transit", {"TRANSIT_TOKEN_FILE": ""}, ["sealroom.C007"]),
        ("transit", {"TRANSIT_TOKEN_FILE": "", "TRANSIT_ROLE_ID": "house"}, ["sealroom.C007"]),
        ("transit", {"TRANSIT_ADDRESS": "http://bao.example.cn:8200"}, ["sealroom.C009"]),
        (
            "pkcs11",
            {"PKCS11_MODULE": "/m.so", "PKCS11_TOKEN": "house", "PKCS11_PIN_FILE": ""},
            ["sealroom.C007"],
        ),
        (
            "awskms",
            {"AWS_KMS_REGION": "", "AWS_KMS_ENDPOINT": "http://kms.example.cn"},
            ["sealroom.C007", "sealroom.C009"],
        ),
    ],
)
def test_a_provider_lacks_nothing_and_crosses_no_network_in_the_clear(
    sound: SimpleNamespace, provider: str, options: dict[str, str], numbers: list[str]
) -> None:
    sound.KEY_PROVIDER = provider
    sound.KEY_PROVIDER_OPTIONS = (SOUND_TRANSIT if provider == "transit" else {}) | options
    assert [found.id for found in root_keys()] == numbers


@pytest.mark.parametrize("name", ["PKCS11_PIN", "TRANSIT_TOKEN", "TRANSIT_SECRET_ID"])
def test_a_secret_in_the_environment_is_refused_and_not_repeated(
    sound: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "hush-hush")
    [found] = root_keys()
    assert found.id == "sealroom.C008"
    assert "hush" not in str(found)


def test_a_secret_file_that_others_may_read_is_refused(sound: SimpleNamespace, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("1234")
    pin.chmod(0o644)
    sound.KEY_PROVIDER = "pkcs11"
    sound.KEY_PROVIDER_OPTIONS = {
        "PKCS11_MODULE": "/m.so",
        "PKCS11_TOKEN": "house",
        "PKCS11_PIN_FILE": str(pin),
    }
    assert [found.id for found in root_keys()] == ["sealroom.C010"]
    pin.chmod(0o600)
    assert root_keys() == []


@pytest.mark.parametrize(("text", "numbers"), [("", []), ("no table", ["sealroom.C020"])])
def test_what_is_written_of_identity_providers_is_read_at_the_start(
    settings: Any, text: str, numbers: list[str]
) -> None:
    settings.OIDC_PROVIDERS = text
    assert [problem.id for problem in identity_providers()] == numbers
