"""A real SoftHSM2, with a token of its own for each test."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive

from tests.vault.keys.providers.contract import ProviderContract, new_key
from tools.softhsm import find_softhsm, find_util
from vault.keys.errors import ProviderDown
from vault.keys.providers.pkcs11 import Pkcs11Provider

PIN, TOKEN = "48213097", "house"


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder, settings = tmp_path / "tokens", tmp_path / "softhsm2.conf"
    folder.mkdir()
    settings.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    command = [find_util(), "--module", find_softhsm(), "--init-token", "--free"]
    words = ["--label", TOKEN, "--pin", PIN, "--so-pin", PIN]
    subprocess.run([*command, *words], check=True, capture_output=True)
    return folder


def of_house(pin: str = PIN) -> Pkcs11Provider:
    return Pkcs11Provider(module=find_softhsm(), token=TOKEN, pin=lambda: pin, label="sealroom-root", pause=0)


class TestPkcs11(ProviderContract):
    @pytest.fixture
    def root(self, tokens: Path) -> Pkcs11Provider:
        return of_house()

    @pytest.fixture
    def again(self) -> Callable[[], Pkcs11Provider]:
        return of_house

    @pytest.fixture
    def down(self, tokens: Path) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def taken_out() -> Iterator[None]:
            away = tokens.with_name("away")
            tokens.rename(away)
            yield
            away.rename(tokens)

        return taken_out

    def test_the_key_never_leaves_the_token(self, root: Pkcs11Provider) -> None:
        root.create_version()
        library = pkcs11.lib(find_softhsm())
        library.reinitialize()
        with library.get_token(token_label=TOKEN).open(user_pin=PIN) as session:
            [key] = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
            assert not key[Attribute.EXTRACTABLE]
            assert key[Attribute.NEVER_EXTRACTABLE]
            assert key[Attribute.ALWAYS_SENSITIVE]
            with pytest.raises(AttributeSensitive):
                key[Attribute.VALUE]

    def test_a_wrong_pin_is_down_and_says_nothing_of_the_pin(self, root: Pkcs11Provider) -> None:
        version = root.create_version()
        with pytest.raises(ProviderDown) as failure:
            of_house("11111111").wrap_many(version, [new_key()])
        assert "1111" not in str(failure.value)

    def test_a_forked_child_opens_a_session_of_its_own(self, root: Pkcs11Provider) -> None:
        version = root.create_version()
        child = os.fork()
        if not child:
            os._exit(0 if len(root.wrap_many(version, [new_key()])) == 1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert len(root.wrap_many(version, [new_key()])) == 1
