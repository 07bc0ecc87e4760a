#!/usr/bin/env python3
"""Verify evidence from a Sealroom log, offline. Needs Python 3.9 and the package `cryptography`, nothing else.
离线校验封匣审计日志的证据。只需 Python 3.9 及 cryptography 软件包。

    verify_evidence.py PROOF.tlog-proof --key KEY         one entry / 单条日志
    verify_evidence.py BUNDLE(.zip or folder) --key KEY   a deal's or a person's entries, or a month / 证据包
    verify_evidence.py GROWTH --checkpoint OLD --key KEY  that a newer log goes on from an older one / 增长证明
    verify_evidence.py CHECKPOINT --checkpoint OLD --key KEY   two checkpoints of the same size / 两个校验点

KEY is the log's public key, a line `name+id+key`, or a file with such lines. Take it from somebody other than who
gave you the evidence, or from an older mail: a key that comes with the evidence proves nothing about its origin.

Exit code / 退出码: 0 all is proved; 1 something is wrong, the first bad place is named; 2 a file cannot be read or
the command is wrong; 3 nothing is wrong, but no key was given, so the origin is not proved.
"""

import argparse
import base64
import binascii
import json
import re
import struct
import sys
import zipfile
from hashlib import new as new_hash
from hashlib import sha256
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("Install the package 'cryptography' first. / 请先安装 cryptography 软件包。")
try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # older than 47: the Ed25519 signature alone is checked, and that is said
    MLDSA44PublicKey = None

ED25519, ML_DSA_44 = 1, 6
PROOF_HEAD, MANIFEST_HEAD = "c2sp.org/tlog-proof@v1", "sealroom evidence 1"
BLOCK = 1 << 22  # bytes of lines hashed between two comparisons
SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
GENERATION = re.compile(r"(.+)/generation-([1-9][0-9]*)\Z")
STAMP_COMMAND = "openssl ts -verify -in timestamp.tsr -data timestamp.checkpoint -CAfile tsa-root.pem -untrusted tsa-chain.pem"
DIGESTS = {  # object identifiers in DER
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
TST_INFO = bytes.fromhex("2a864886f70d0109100104")

WORDS = {
    "signed": (
        "The checkpoint is signed by the log {origin}: {size} entries, root {root}.",
        "签名校验点由日志 {origin} 签发：共 {size} 条，根值 {root}。",
    ),
    "generation": (
        "This is generation {number} of the log {first}: entries of the one before were lost, as the house declared, and"
        " it signs this one under this other name. Ask for its declaration (declaration.note), which says how many.",
        "这是日志 {first} 的第 {number} 代：机构已声明前一代日志的部分条目丢失，并以此不同的名称签发本代日志。"
        "请向机构索取声明（declaration.note），其中载明丢失条数。",
    ),
    "former": (
        "The house states, signed: of the {size} entries of the former log {origin} {lost} are lost; the first {agreed}"
        " are in this one.",
        "机构签名声明：前一代日志 {origin} 的 {size} 条中丢失 {lost} 条；其前 {agreed} 条仍在本日志中。",
    ),
    "both": ("Both its signatures hold (Ed25519, ML-DSA-44).", "两个签名均有效（Ed25519、ML-DSA-44）。"),
    "one": ("Its signature by {kind} holds.", "其 {kind} 签名有效。"),
    "entry": (
        "This entry, byte for byte, is number {index} of that log (the first is 0).",
        "该条目逐字节存在于上述日志中，序号为 {index}（首条为 0）。",
    ),
    "range": (
        "These {count} lines are all the entries from number {first} to {last} of that log: none was changed, left"
        " out, put in or moved. Every entry of the month {about} that the log has at this checkpoint is among them"
        " if the house chose the numbers rightly, which it has signed; entries of neighbouring days may be among"
        " them, too.",
        "这 {count} 行就是上述日志中从序号 {first} 到 {last} 的全部条目：无一被改动、删去、插入或移位。"
        "该序号范围涵盖 {about} 月份的条目，由机构签名声明；其中也可能含有相邻日期的条目。",
    ),
    "runs": (
        "These {count} lines are the entries with the numbers {here} of that log: none was changed, put in or moved, and"
        " of these numbers none was left out. {others} entries between number {first} and number {last} are not here: that"
        " they are of other months than {about}, and that all of {about} are here, is what the house says and has signed."
        " Their hashes are here; their text is in the bundle of their own month, whose numbers must be those left out here.",
        "这 {count} 行就是上述日志中序号为 {here} 的条目：无一被改动、插入或移位，上述序号中也无一缺少。序号 {first} 与 {last} 之间另有"
        " {others} 条不在此处：它们属于 {about} 以外的月份，且 {about} 的条目已全部列出，均由机构签名声明。此处只有其散列值，"
        "其原文在所属月份的证据包中，该证据包的序号应当正是此处缺少的序号。",
    ),
    "history": (
        "Each of these {count} lines is, byte for byte, an entry of that log, in the log's order, and each is about"
        " {kind} {about}.",
        "这 {count} 行逐字节均为上述日志中的条目，按日志顺序排列，且均涉及{kind} {about}。",
    ),
    "scope": (
        "Each of these {count} lines is, byte for byte, an entry of that log, in the log's order. Which entries the scope of"
        " the outside audit {about} takes in is what the house says.",
        "这 {count} 行逐字节均为上述日志中的条目，按日志顺序排列。外部审计 {about} 的范围包括哪些条目，由机构声明。",
    ),
    "claimed": (
        "That these are all such entries up to the checkpoint is what the house says and has signed; if it ever shows"
        " another one, that statement was false, and you hold the signature.",
        "“截至该校验点，此类条目已全部列出”是机构签名作出的声明；日后若出现另一条，即可凭此签名证明该声明不实。",
    ),
    "claimed_left": (
        "That these are all such entries up to the checkpoint, but for those of months that have left the house's database,"
        " is what the house says and has signed; if it ever shows another one, that statement was false, and you hold the"
        " signature. The months that have left, each with the SHA-256 of the bundle that holds its entries: {bundles}. Ask"
        " for these bundles, and look in them.",
        "“截至该校验点，除已移出机构数据库的月份外，此类条目已全部列出”是机构签名作出的声明；日后若出现另一条，即可凭此签名证明该声明"
        "不实。已移出的月份及收存其条目的证据包的 SHA-256：{bundles}。请索取这些证据包并在其中查找。",
    ),
    "growth": (
        "The log of {size} entries begins with exactly the {old} entries of your older checkpoint: nothing before it"
        " was changed, left out or put in.",
        "现有 {size} 条的日志，其开头正是您所持较早校验点的 {old} 条：此前的内容无一被改动、删去或插入。",
    ),
    "same": (
        "Both checkpoints show the same {size} entries.",
        "两个校验点表示的是同样的 {size} 条。",
    ),
    "stamped": (
        "A time-stamp answer states {time} (UTC) and is about the log's signed checkpoint of {size} entries: it holds"
        " that checkpoint's digest ({digest}). The log of this evidence goes on from it. {reach}",
        "时间戳回执载明的时间为 {time}（UTC），其所针对的正是该日志含 {size} 条的签名校验点：回执中含有该校验点的摘要"
        "（{digest}）。本证据所属日志由该校验点增长而来。{reach}",
    ),
    "reach_all": (
        "Every entry here is among those, so none is younger than that time, if the answer is the authority's own.",
        "此处全部条目均在其中；若该回执确由时间戳机构出具，则各条目均不晚于该时间。",
    ),
    "reach_part": (
        "Of the entries here those with a number below {size} are among those and not younger than that time, if the"
        " answer is the authority's own; of the others it says nothing.",
        "此处序号小于 {size} 的条目在其中；若该回执确由时间戳机构出具，则这些条目不晚于该时间；对其余条目不构成证明。",
    ),
    "stamp_unchecked": (
        "NOT checked here: that the time-stamp authority signed that answer. Unpack the evidence and run in its folder:"
        " {command}  It must print 'Verification: OK'. Compare tsa-root.pem with the root certificate that the"
        " authority itself publishes: it came with the evidence.",
        "此处未检查：该回执是否确由时间戳机构签名。请解压证据包，在其文件夹中运行：{command}  应显示“Verification: OK”。"
        "tsa-root.pem 随证据提供，请与时间戳机构自行公布的根证书核对。",
    ),
    "not_true": (
        "NOT proved: that what an entry says is true, or that everything that happened was written down.",
        "不能证明：条目所述内容属实，或者所有发生的事都已记录。",
    ),
    "not_time": (
        "NOT proved: when it happened. The times are those of the house's clock. A time-stamp (.tsr) of a checkpoint"
        " shows that all before it is older than the stamp.",
        "不能证明：事情发生的时间。条目中的时间取自机构自己的时钟。校验点的时间戳（.tsr）可以证明其中各条早于该时间戳。",
    ),
    "not_one": (
        "NOT proved: that the house shows everybody this same log. Compare the size and root above with a checkpoint"
        " that somebody else received.",
        "不能证明：机构向所有人出示的是同一份日志。请将上面的条数和根值与他人收到的校验点核对。",
    ),
    "no_key": (
        "NOT proved: that it is from the house. No key was given (--key), and the one used came with the evidence:"
        " {vkey}. Compare it with the key that you know.",
        "不能证明：证据出自该机构。未提供公钥（--key），所用公钥来自证据本身：{vkey}。请与您已知的公钥核对。",
    ),
    "no_quantum": (
        "Not checked: the ML-DSA-44 signature; this 'cryptography' is too old for it, or the key was not given.",
        "未检查 ML-DSA-44 签名：cryptography 版本过旧，或未提供该公钥。",
    ),
    "wrong": ("WRONG: {what}", "有误：{what}"),
    "bad_note": (
        "the signature on {name} does not hold, or is not by the given key.",
        "{name} 的签名无效，或并非所给公钥签发。",
    ),
    "bad_body": ("{name} is not a checkpoint of the log {origin}.", "{name} 不是日志 {origin} 的校验点。"),
    "bad_entry": ("the entry is not number {index} of that log.", "该条目不是上述日志的第 {index} 号条目。"),
    "not_leaf": ("line {line} is not an entry of this kind of evidence.", "第 {line} 行不是此类证据的条目。"),
    "edited": (
        "line {line} (number {index}) is not the entry that the log has there: it was changed.",
        "第 {line} 行（序号 {index}）与日志中的该条不符：已被改动。",
    ),
    "dropped": (
        "before line {line}, {count} entries are missing (from number {index}).",
        "第 {line} 行之前缺少 {count} 条（自序号 {index} 起）。",
    ),
    "inserted": (
        "line {line} was put in: the log has no such entry there.",
        "第 {line} 行是插入的：日志在此处没有该条。",
    ),
    "moved": ("line {line} stands in another place than in the log.", "第 {line} 行的位置与日志不符。"),
    "tail": ("after line {line}, {count} entries are missing.", "第 {line} 行之后缺少 {count} 条。"),
    "bad_hashes": (
        "the hashes beside the entries (hashes.bin, outside.txt) are not those of the signed checkpoint.",
        "条目所附的散列值（hashes.bin、outside.txt）与签名校验点不符。",
    ),
    "about": ("line {line} is about something else than {about}.", "第 {line} 行与 {about} 无关。"),
    "file": (
        "the file {name} was changed after the house signed the manifest.",
        "文件 {name} 在机构签署清单之后被改动。",
    ),
    "file_gone": ("the file {name} is missing.", "缺少文件 {name}。"),
    "bad_manifest": ("the manifest is not what this program can read.", "无法识别该清单。"),
    "bad_growth": (
        "the newer checkpoint does NOT go on from the older one, or the proof does not fit: the log was changed.",
        "较新的校验点并非由较早的校验点增长而来，或证明不符：日志已被改动。",
    ),
    "other_log": (
        "the checkpoints are of two logs, {old} and {new}: one says nothing about the other.",
        "两个校验点属于两份日志（{old} 与 {new}），彼此不能相互证明。",
    ),
    "other_root": (
        "both checkpoints state {size} entries and differ: there are two histories. Keep both files.",
        "两个校验点的条数同为 {size}，内容却不同：存在两份历史。请保存这两个文件。",
    ),
    "need_growth": (
        "the checkpoints have different sizes: ask the house for a growth proof from {old} to {size}.",
        "两个校验点条数不同：请向机构索取从 {old} 条到 {size} 条的增长证明。",
    ),
    "bad_stamp": (
        "the time-stamp (timestamp.tsr) is not about the checkpoint beside it, or that is not one of this log.",
        "时间戳（timestamp.tsr）与所附校验点不符，或该校验点不属于本日志。",
    ),
    "deal": ("the deal", "项目"),
    "subject": ("the person or company", "信息主体"),
    "audit": ("the outside audit", "外部审计"),
    "ok": ("Result: proved.", "结论：已证明。"),
    "ok_no_key": (
        "Result: consistent in itself; the origin is not proved.",
        "结论：内容自洽，但来源未获证明。",
    ),
    "failed": ("Result: NOT proved.", "结论：未能证明。"),
}


class Said:
    """Words within words."""

    def __init__(self, words, **told):
        self.words, self.told = words, told


class Wrong(Exception):
    """Something does not hold; the key of its words and what goes into them."""

    def __init__(self, words, **told):
        super().__init__(words)
        self.words, self.told = words, told


class Unreadable(Exception):
    """A file is not there or is of no kind that this program knows."""


# --- Keys and signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature)


class Key:
    """A public key as a line `name+id+key`."""

    def __init__(self, vkey):
        try:
            self.name, key_id, material = vkey.strip().split("+", 2)
            raw = base64.b64decode(material, validate=True)
        except (ValueError, binascii.Error):
            raise Unreadable(f"not a key: {vkey[:60]}") from None
        self.vkey, self.kind, self.public = vkey.strip(), raw[:1], raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != key_id or len(self.public) != {1: 32, 6: 1312}.get(raw[0] if raw else 0):
            raise Unreadable(f"not a key: {vkey[:60]}")

    def holds(self, text, signature):
        """Whether the signature is this key's; None where this machine cannot tell."""
        if self.kind == bytes([ML_DSA_44]) and MLDSA44PublicKey is None:
            return None
        try:
            if self.kind == bytes([ED25519]):
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
            else:
                time, value = struct.unpack(">Q2420s", signature)
                origin, size, root = body_of(text)
                message = b"subtree/v1\n\0" + _short(self.name) + struct.pack(">Q", time) + _short(origin)
                message += struct.pack(">QQ", 0, size) + root
                MLDSA44PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError, struct.error):
            return False
        return True


def _short(text):
    data = text.encode()
    return bytes([len(data)]) + data


def body_of(text):
    """Origin, size and root of a checkpoint's text. Raises ValueError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not SIZE.match(lines[1]):
        raise ValueError("not a checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("not a root")
    return lines[0], int(lines[1]), root


def text_of(data, keys, name):
    """The text of a note and the kinds of the signatures that hold. Raises Wrong."""
    try:
        text, gap, lines = data.decode().rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise ValueError
        text += "\n"
        kinds = set()
        for line in lines[:-1].split("\n"):
            dash, who, blob = line.split(" ")
            raw = base64.b64decode(blob, validate=True)
            if dash != "\u2014":
                raise ValueError
            for key in keys:
                if (key.name, key.id) == (who, raw[:4]):
                    holds = key.holds(text, raw[4:])
                    if holds is False:
                        raise Wrong("bad_note", name=name)
                    if holds:
                        kinds.add(key.kind[0])
    except (ValueError, binascii.Error):
        raise Wrong("bad_note", name=name) from None
    if not kinds:
        raise Wrong("bad_note", name=name)
    return text, kinds


class Checkpoint:
    def __init__(self, data, keys, name="checkpoint"):
        text, self.kinds = text_of(data, keys, name)
        try:
            self.origin, self.size, self.root = body_of(text)
        except (ValueError, binascii.Error):
            raise Wrong("bad_body", name=name, origin=keys[0].name) from None
        if self.origin not in {key.name for key in keys}:
            raise Wrong("bad_body", name=name, origin=keys[0].name)

    def told(self):
        root = base64.b64encode(self.root).decode()
        said = [("signed", {"origin": self.origin, "size": self.size, "root": root})]
        later = GENERATION.match(self.origin)
        if later:
            said.append(("generation", {"first": later[1], "number": int(later[2])}))
        if self.kinds == {ED25519, ML_DSA_44}:
            return [*said, ("both", {})]
        kind = "Ed25519" if ED25519 in self.kinds else "ML-DSA-44"
        return [*said, ("one", {"kind": kind})]


# --- The tree (RFC 6962, RFC 9162)


def leaf_hash(data):
    return sha256(b"\0" + data).digest()


def node_hash(left, right):
    return sha256(b"\1" + left + right).digest()


def root_of(data, start, end):
    """The root over the 32-byte hashes `start` to before `end` of `data`, level by level, pairs side by side."""
    level, digest = data[32 * start : 32 * end], sha256
    while len(level) > 32:
        pairs = len(level) // 64 * 64
        made = [digest(b"\1" + level[place : place + 64]).digest() for place in range(0, pairs, 64)]
        level = b"".join(made) + level[pairs:]
    return level


def includes(leaf, index, size, proof, root):
    if not 0 <= index < size:
        return False
    node, last, made = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            made = node_hash(step, made)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            made = node_hash(made, step)
        node, last = node >> 1, last >> 1
    return last == 0 and made == root


def grows(old, old_root, new, new_root, proof):
    if not 1 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def runs_root(hashes, runs, size, outside):
    """The root of a tree whose leaves in `runs` have these hashes, one behind the other; beside them, full subtrees."""
    beside, taken = iter(outside), 0

    def walk(start, end, runs):
        nonlocal taken
        count = end - start
        among = [run for run in runs if run[0] < end and run[1] > start]
        if among and among[0][0] <= start and end <= among[0][1]:
            taken += count
            return root_of(hashes, taken - count, taken)
        if not among and count & (count - 1) == 0:
            return next(beside)
        middle = start + (1 << (count - 1).bit_length() - 1)
        left = walk(start, middle, among)
        return node_hash(left, walk(middle, end, among))

    try:
        root = walk(0, size, runs)
    except StopIteration:
        return None
    return None if next(beside, None) is not None else root


# --- The kinds of evidence


def entry(data, keys):
    """A C2SP tlog-proof whose extra line holds the entry. Returns what is proved."""
    text = data.decode()
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if (
        not gap
        or len(lines) < 3
        or not lines[1].startswith("extra ")
        or not re.match(r"index [0-9]+\Z", lines[2])
    ):
        raise Unreadable("a proof without its entry")
    index = int(lines[2][6:])
    checkpoint = Checkpoint(note.encode(), keys)
    try:
        leaf = base64.b64decode(lines[1][6:], validate=True)
        proof = [base64.b64decode(line, validate=True) for line in lines[3:]]
    except binascii.Error:
        raise Wrong("bad_entry", index=index) from None
    if not includes(leaf_hash(leaf), index, checkpoint.size, proof, checkpoint.root):
        raise Wrong("bad_entry", index=index)
    return [*checkpoint.told(), ("entry", {"index": index})], leaf.decode()


def growth(data, keys, older):
    """The body of an add-checkpoint request (C2SP tlog-witness), against the older checkpoint that one holds."""
    head, _, note = data.decode().partition("\n\n")
    lines = head.split("\n")
    newer, old = Checkpoint(note.encode(), keys), Checkpoint(older, keys, "--checkpoint")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
    except binascii.Error:
        raise Wrong("bad_growth") from None
    _require_one_log(old, newer)
    if lines[0] != f"old {old.size}" or not grows(old.size, old.root, newer.size, newer.root, proof):
        raise Wrong("bad_growth")
    return [*newer.told(), ("growth", {"size": newer.size, "old": old.size})]


def _require_one_log(old, newer):
    """Two generations of a house's log are two logs."""
    if old.origin != newer.origin:
        raise Wrong("other_log", old=old.origin, new=newer.origin)


def two_checkpoints(data, keys, older):
    newer, old = Checkpoint(data, keys), Checkpoint(older, keys, "--checkpoint")
    _require_one_log(old, newer)
    if newer.size != old.size:
        raise Wrong("need_growth", old=min(old.size, newer.size), size=max(old.size, newer.size))
    if newer.root != old.root:
        raise Wrong("other_root", size=old.size)
    return [*newer.told(), ("same", {"size": newer.size})]


class Bundle:
    """A folder or a zip."""

    def __init__(self, path):
        self._zip = None if path.is_dir() else zipfile.ZipFile(path)
        self._folder = path

    def open(self, name):
        try:
            return self._zip.open(name) if self._zip else (self._folder / name).open("rb")
        except (KeyError, OSError):
            raise Wrong("file_gone", name=name) from None

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def digest(self, name):
        made = sha256()
        with self.open(name) as file:
            while block := file.read(1 << 20):
                made.update(block)
        return made.hexdigest()


def bundle(path, keys):
    """A month, or the history of a deal or of a person. Returns what is proved."""
    found = Bundle(path)
    text, _ = text_of(found.read("manifest.note"), keys, "manifest.note")
    head, _, body = text.partition("\n")
    try:
        manifest = json.loads(body)
        kind, files = manifest["kind"], manifest["files"]
        if head != MANIFEST_HEAD or kind not in ("month", "deal", "subject", "audit"):
            raise ValueError
        if not isinstance(manifest["entries"], int):
            raise ValueError
        runs = _runs(manifest) if kind == "month" else []
        if kind != "month" and not re.match(r"([1-9][0-9]*( [1-9][0-9]*)*)?\Z", manifest["steps"]):
            raise ValueError
        if kind != "month" and len(manifest["steps"].split()) != manifest["entries"]:
            raise ValueError
        if not isinstance(manifest.get("stamp"), (int, type(None))):
            raise ValueError
        _former(manifest)
        _left(manifest)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong("bad_manifest") from None
    checkpoint = Checkpoint(found.read("checkpoint"), keys)
    # The tree first: it names the line. What it does not cover is found by the manifest's digests.
    told = _month(found, manifest, checkpoint, runs) if runs else _history(found, manifest, checkpoint)
    # Of a month the signed tree has vouched for each byte of the largest two already.
    proved = ("entries.jsonl", "hashes.bin") if kind == "month" else ()
    for name in sorted(files):
        if name not in proved and found.digest(name) != files[name]:
            raise Wrong("file", name=name)
    if manifest.get("stamp") is not None:
        told += _stamp(found, manifest, checkpoint, keys)
    return [*checkpoint.told(), *_former(manifest), *told]


def _former(manifest):
    """What the house states of the log before this generation."""
    facts = manifest.get("former")
    return [("former", {name: facts[name] for name in ("origin", "size", "agreed", "lost")})] if facts else []


def _runs(manifest):
    """Which numbers the lines of a month have: of each run the first, and the one behind the last. Raises ValueError."""
    if "runs" not in manifest:  # of before: all from one number on
        text = f"{manifest['first']}-{manifest['first'] + manifest['entries'] - 1}"
    else:
        text = manifest["runs"]
    if not re.match(r"[0-9]{1,19}-[0-9]{1,19}( [0-9]{1,19}-[0-9]{1,19})*\Z", text):
        raise ValueError
    runs = [(int(first), int(last) + 1) for first, last in (one.split("-") for one in text.split(" "))]
    places = [place for run in runs for place in run]
    if sorted(places) != places or sum(past - first for first, past in runs) != manifest["entries"]:
        raise ValueError
    if not all(first < past for first, past in runs):
        raise ValueError
    return runs


def _left(manifest):
    """The months whose entries are no longer in the house's database, with the SHA-256 of their bundles."""
    left = manifest.get("left", [])
    for month, digest in left:
        if not re.match(r"[0-9]{4}-[0-9]{2}\Z", month) or not re.match(r"[0-9a-f]{64}\Z", digest):
            raise ValueError
    return "; ".join(f"{month} {digest}" for month, digest in left)


def _month(found, manifest, checkpoint, runs):
    hashes, about = found.read("hashes.bin"), manifest["about"]
    try:
        outside = [base64.b64decode(line, validate=True) for line in found.read("outside.txt").split()]
    except binascii.Error:
        raise Wrong("bad_hashes") from None
    first, past, count = runs[0][0], runs[-1][1], manifest["entries"]
    if len(hashes) != 32 * count or past > checkpoint.size:
        raise Wrong("bad_hashes")
    if runs_root(hashes, runs, checkpoint.size, outside) != checkpoint.root:
        raise Wrong("bad_hashes")
    _compare_lines(found, hashes, runs)
    said = {"count": count, "first": first, "last": past - 1, "about": about}
    if len(runs) == 1:
        return [("range", said)]
    here = " ".join(f"{first}-{past - 1}" for first, past in runs)
    return [("runs", {**said, "here": here, "others": past - first - count})]


def _compare_lines(found, hashes, runs):
    """Each line against the hash that the tree has for it. Raises Wrong for the first that differs."""
    digest, number, total = sha256, 0, len(hashes) // 32
    with found.open("entries.jsonl") as file:
        while block := file.read(BLOCK) + file.readline():
            lines = block.split(b"\n")
            rest = lines.pop()  # empty where the last line has its end
            made = b"".join([digest(b"\0" + line).digest() for line in lines])
            if rest or made != hashes[32 * number : 32 * (number + len(lines))]:
                raise _first_bad(lines, rest, hashes, number, runs)
            number += len(lines)
    if number != total:
        raise Wrong("tail", line=number, count=total - number)


def _number_of(place, runs):
    """The number in the log of the line at this place."""
    for first, past in runs:
        if place < past - first:
            return first + place
        place -= past - first
    return runs[-1][1]


def _first_bad(lines, rest, hashes, number, runs):
    """What happened to the first line that is not the log's at its place. `rest` has no end of line."""
    own = [leaf_hash(line) for line in lines] + ([b""] if rest else [])
    theirs = [hashes[place : place + 32] for place in range(0, len(hashes), 32)]
    for step, mine in enumerate(own):
        place = number + step
        line, index = place + 1, _number_of(place, runs)
        if place >= len(theirs):
            return Wrong("inserted", line=line)
        if mine == theirs[place]:
            continue
        if mine not in theirs[place:]:
            is_put_in = own[step + 1 : step + 2] == [theirs[place]]
            return Wrong("inserted", line=line) if is_put_in else Wrong("edited", line=line, index=index)
        if theirs[place] in own[step:]:  # what belongs here stands further down
            return Wrong("moved", line=line)
        return Wrong("dropped", line=line, count=theirs.index(mine, place) - place, index=index)
    raise AssertionError("every line is the log's")


def _history(found, manifest, checkpoint):
    kind, about = manifest["kind"], manifest["about"]
    expected, place = [], -1
    for step in manifest["steps"].split():  # each number as its distance from the one before
        place += int(step)
        expected.append(place)
    entries, places = (found.read(name).split(b"\n")[:-1] for name in ("entries.jsonl", "places.jsonl"))
    for number, data in enumerate(entries):
        line = number + 1
        if number >= len(expected):
            raise Wrong("inserted", line=line)
        try:
            told = json.loads(places[number])
            index, proof = int(told["index"]), [base64.b64decode(one, validate=True) for one in told["proof"]]
        except (IndexError, ValueError, KeyError, TypeError, binascii.Error):
            raise Wrong("edited", line=line, index=expected[number]) from None
        if index != expected[number]:
            raise _misplaced(index, expected, number)
        if not includes(leaf_hash(data), index, checkpoint.size, proof, checkpoint.root):
            raise Wrong("edited", line=line, index=index)
        if kind != "audit":
            _require_about(data, kind, about, line)
    if len(entries) != len(expected):
        raise Wrong("tail", line=len(entries), count=len(expected) - len(entries))
    said = {"count": len(entries), "kind": kind, "about": about}
    left = _left(manifest)
    return [
        ("scope" if kind == "audit" else "history", said),
        ("claimed_left", {"bundles": left}) if left else ("claimed", {}),
    ]


def _misplaced(index, expected, number):
    later = [place for place, one in enumerate(expected) if one == index and place > number]
    if later:
        return Wrong("dropped", line=number + 1, count=later[0] - number, index=expected[number])
    return Wrong("moved" if index in expected else "inserted", line=number + 1)


def _require_about(data, kind, about, line):
    try:
        told = json.loads(data)
        fits = told["deal"] == about if kind == "deal" else about in told["subjects"]
    except (ValueError, KeyError, TypeError):
        raise Wrong("not_leaf", line=line) from None
    if not fits:
        raise Wrong("about", line=line, about=about)


# --- The time-stamp (RFC 3161)


def der(data):
    """The elements of DER that stand one behind the other: their tags and contents. Raises ValueError."""
    place = 0
    while place < len(data):
        tag, length = data[place], data[place + 1] if place + 1 < len(data) else 0x80
        place += 2
        if length & 0x80:
            many = length & 0x7F
            if not 1 <= many <= 4 or place + many > len(data):
                raise ValueError("not DER")
            length = int.from_bytes(data[place : place + many], "big")
            place += many
        if place + length > len(data):
            raise ValueError("not DER")
        yield tag, data[place : place + length]
        place += length


def stamp_facts(answer):
    """Name of the digest, the digest, and the time that a TimeStampResp states. Raises ValueError."""
    try:
        [(_, response)] = der(answer)
        (_, status), (_, token) = list(der(response))[:2]
        (_, signed) = list(der(token))[1]
        [(_, signed)] = der(signed)
        (_, content) = list(der(signed))[2]
        (_, kind), (_, inner) = der(content)
        [(tag, octets)] = der(inner)
        if tag == 0x24:  # in pieces
            octets = b"".join(piece for _, piece in der(octets))
        [(_, info)] = der(octets)
        (_, imprint), _, (_, time) = list(der(info))[2:5]
        (_, algorithm), (_, digest) = der(imprint)
        (_, granted), *_ = der(status)
        (_, algorithm), *_ = der(algorithm)
        if granted not in (b"\0", b"\1") or kind != TST_INFO:
            raise ValueError("no time-stamp was granted")
        name, stated = DIGESTS[algorithm], time.decode("ascii")
        if not re.match(r"[0-9]{14}(\.[0-9]+)?Z\Z", stated):
            raise ValueError("no time of UTC")
    except (ValueError, KeyError, IndexError):
        raise ValueError("no time-stamp that this program can read") from None
    day, clock = stated[:8], stated[8:-1]
    return name, digest, f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}"


def _stamp(found, manifest, checkpoint, keys):
    """That the time-stamp is about a checkpoint from which this evidence's goes on. Returns what is proved."""
    note, size = found.read("timestamp.checkpoint"), manifest["stamp"]
    stamped = Checkpoint(note, keys, "timestamp.checkpoint")
    try:
        name, digest, time = stamp_facts(found.read("timestamp.tsr"))
        if new_hash(name, note).digest() != digest or stamped.size != size:
            raise ValueError
        if stamped.size == checkpoint.size:
            if stamped.root != checkpoint.root:
                raise ValueError
        else:
            data = found.read("timestamp.growth")
            newer = Checkpoint(data.decode().partition("\n\n")[2].encode(), keys)
            if (newer.size, newer.root) != (checkpoint.size, checkpoint.root):
                raise ValueError
            growth(data, keys, note)
    except ValueError:
        raise Wrong("bad_stamp") from None
    last = sum(map(int, manifest["steps"].split())) - 1 if "steps" in manifest else 0
    last = _runs(manifest)[-1][1] - 1 if manifest["kind"] == "month" else last
    reach = Said("reach_all" if last < size else "reach_part", size=size)
    said = {"time": time, "size": size, "digest": name, "reach": reach}
    return [("stamped", said), ("stamp_unchecked", {"command": STAMP_COMMAND})]


# --- The command


def kind_of(path):
    """What a path holds: entry, growth, checkpoint or bundle."""
    if path.is_dir() or zipfile.is_zipfile(path):
        return "bundle", b""
    data = path.read_bytes()
    if data.startswith(PROOF_HEAD.encode() + b"\n"):
        return "entry", data
    if re.match(rb"old [0-9]+\n", data):
        return "growth", data
    if b"\n\n\xe2\x80\x94 " in data:
        return "checkpoint", data
    raise Unreadable(f"{path.name} is no evidence that this program knows")


def keys_given(values):
    lines = []
    for value in values:
        is_file = len(value) < 1000 and Path(value).is_file()
        lines += Path(value).read_text(encoding="utf-8").splitlines() if is_file else [value]
    return [Key(line) for line in lines if line.strip() and not line.startswith("#")]


def keys_inside(kind, path, data):
    """The keys that came with the evidence. A proof or a checkpoint has none."""
    if kind != "bundle":
        raise Unreadable("this kind of evidence needs --key")
    text = Bundle(path).read("keys.txt").decode()
    return [Key(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def run(path, given, older):
    """What is proved, what is not, and the entry where it is one."""
    kind, data = kind_of(path)
    keys = keys_given(given) if given else keys_inside(kind, path, data)
    shown = None
    if kind == "entry":
        told, shown = entry(data, keys)
    elif kind == "bundle":
        told = bundle(path, keys)
    elif older is None:
        raise Unreadable("give your older checkpoint with --checkpoint")
    else:
        told = (growth if kind == "growth" else two_checkpoints)(data, keys, older)
    if "both" not in {words for words, _ in told}:
        told.append(("no_quantum", {}))
    told += [("not_true", {}), ("not_time", {}), ("not_one", {})]
    if not given:
        told.append(("no_key", {"vkey": keys[0].vkey}))
    return told, shown


def say(words, language, told):
    told = {
        name: WORDS[value][language] if name == "kind" and value in WORDS else value
        for name, value in told.items()
    }
    told = {
        name: say(value.words, language, value.told) if isinstance(value, Said) else value
        for name, value in told.items()
    }
    return WORDS[words][language].format(**told)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--key", action="append", default=[], help="the log's public key, or a file with it")
    parser.add_argument("--checkpoint", type=Path, help="an older checkpoint that you hold")
    parser.add_argument("--lang", choices=["en", "zh", "both"], default="both")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    languages = {"en": [0], "zh": [1], "both": [1, 0]}[asked.lang]
    try:
        older = asked.checkpoint.read_bytes() if asked.checkpoint else None
        told, shown = run(asked.evidence, asked.key, older)
        code, result = (0, "ok") if asked.key else (3, "ok_no_key")
    except Wrong as wrong:
        told, shown = [("wrong", {"what": wrong})], None
        code, result = 1, "failed"
    except (Unreadable, OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        print(f"verify_evidence: {error}", file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(_as_json(told, code, shown), ensure_ascii=False))
        return code
    for language in languages:
        for words, values in told:
            if words == "wrong":
                inner = values["what"]
                print(say(words, language, {"what": say(inner.words, language, inner.told)}))
            else:
                print(say(words, language, values))
        print(say(result, language, {}), end="\n\n")
    if shown:
        print(shown)
    return code


def _as_json(told, code, shown):
    facts = {}
    for words, values in told:
        wrong = values.get("what")
        inner = wrong.told if wrong else values
        facts[wrong.words if wrong else words] = {
            name: value.words if isinstance(value, Said) else value for name, value in inner.items()
        }
    return {"proved": code == 0, "code": code, "facts": facts, "entry": json.loads(shown) if shown else None}


if __name__ == "__main__":
    sys.exit(main())
