"""Compiles and checks the Chinese messages without the gettext binaries.

    python tools/messages.py                          write the .mo beside every .po
    python tools/messages.py --check [--area people]  also fail on faults: a message that is used and has no
                                                      Chinese; an empty, fuzzy, unused or contradicting
                                                      translation; broken placeholders

An area (config, people, vault, deals, compliance, audit) is a folder of code, its templates/<area>/ and its
locale/<area>/; templates outside those folders belong to config. At run time all areas are one catalogue, so
a message may be translated in any of them, but in one way only.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.message_sources import Message, used_messages

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Translation:
    area: str
    entry: polib.POEntry

    @property
    def message(self) -> Message:
        return Message(self.entry.msgctxt or "", self.entry.msgid)

    @property
    def texts(self) -> tuple[str, ...]:
        if self.entry.msgid_plural:
            return tuple(text for _, text in sorted(self.entry.msgstr_plural.items()))
        return (self.entry.msgstr,)


def catalogues(root: Path) -> list[Path]:
    return sorted(root.glob(f"locale/*/{LANGUAGE}/LC_MESSAGES/django.po"))


def compile_all(root: Path) -> int:
    """Writes each django.mo where it is missing or older than its django.po; returns how many it wrote."""
    written = 0
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))
            written += 1
    return written


def translations(root: Path) -> list[Translation]:
    return [
        Translation(path.relative_to(root).parts[1], entry)
        for path in catalogues(root)
        for entry in polib.pofile(str(path), encoding="utf-8", check_for_duplicates=True)
        if not entry.obsolete
    ]


def _faults_of_one(translation: Translation) -> Iterator[str]:
    entry = translation.entry
    if "fuzzy" in entry.flags:
        yield "is fuzzy"
    if not all(translation.texts):
        yield "is empty"
        return
    wanted = set(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in translation.texts:
        if set(_PLACEHOLDER.findall(text)) != wanted:
            yield f"has other placeholders than {sorted(wanted)}"


def check(root: Path) -> list[str]:
    """One line for each fault of the translations; empty when they are complete and clean."""
    lines: list[str] = []
    known: dict[Message, Translation] = {}
    for translation in translations(root):
        name = f"{translation.area}: {translation.message.shown}"
        lines += [f"{name} {fault}" for fault in _faults_of_one(translation)]
        other = known.setdefault(translation.message, translation)
        if other.texts != translation.texts:
            lines.append(f"{name} is {translation.texts} here but {other.texts} in {other.area}")
    used = used_messages(root)
    missing = [(message, where) for message, where in used.items() if message not in known]
    lines += [f"{where}: {message.shown} has no Chinese" for message, where in missing]
    unused = [message for message in known if message not in used]
    lines += [f"{known[message].area}: {message.shown} is used nowhere" for message in unused]
    return sorted(lines)


def main(arguments: list[str]) -> int:
    written = compile_all(ROOT)
    if "--check" not in arguments:
        print(f"{written} catalogues compiled.")
        return 0
    only = arguments[arguments.index("--area") + 1] if "--area" in arguments else None
    lines = [line for line in check(ROOT) if only is None or line.startswith(f"{only}:")]
    print("\n".join(lines) or "Every message has its Chinese.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
