// Verifies a proof of an entry (C2SP tlog-proof) in the browser: SHA-256 and Ed25519 of WebCrypto, no request.
// Whatever is not exactly of the format is refused; text that a file brings is shown as text, never as markup.
"use strict";

const form = document.querySelector("[data-verify]");
const result = document.querySelector("[data-result]");
const shown = document.querySelector("[data-entry]");
document.querySelector("[data-without]").hidden = true;
form.hidden = false;

class Bad extends Error {}

function bytesOf(text, why) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new Bad(why);
  }
  if (btoa(raw) !== text) throw new Bad(why);
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const same = (left, right) => left.length === right.length && left.every((one, place) => one === right[place]);
const encode = (text) => new TextEncoder().encode(text);

async function keyOf(line) {
  const [, name, id, material] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  const raw = name && bytesOf(material, "badKey");
  if (!raw || raw[0] !== 1 || raw.length !== 33) return null;
  const digest = (await sha256(encode(`${name}\n`), raw)).slice(0, 4);
  if ([...digest].map((one) => one.toString(16).padStart(2, "0")).join("") !== id) throw new Bad("badKey");
  return { name, id: digest, public: raw.slice(1) };
}

// The lines of several keys may be pasted; one of Ed25519 is what a browser can use.
async function keyFrom(text) {
  for (const line of text.split(/\s+/)) {
    const key = await keyOf(line);
    if (key) return key;
  }
  throw new Bad("badKey");
}

async function checkpointOf(note, key) {
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  const body = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  if (gap < 0 || !body || body[1] !== key.name) throw new Bad("badSignature");
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Bad("unable");
  }
  let holds = false;
  for (const line of note.slice(gap + 2).split("\n").slice(0, 100)) {
    const [dash, name, blob] = line.split(" ");
    if (dash !== "\u2014" || name !== key.name) continue;
    const raw = bytesOf(blob ?? "", "badSignature");
    if (!same(raw.slice(0, 4), key.id)) continue;
    if (!(await crypto.subtle.verify("Ed25519", imported, raw.slice(4), encode(text)))) throw new Bad("badSignature");
    holds = true;
  }
  if (!holds) throw new Bad("badSignature");
  return { origin: body[1], size: BigInt(body[2]), root: bytesOf(body[3], "badSignature") };
}

// RFC 9162, 2.1.3.2.
async function includes(leaf, index, size, proof, root) {
  if (index >= size) return false;
  let [node, last, made] = [index, size - 1n, leaf];
  for (const step of proof) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      made = await sha256([1], step, made);
      while (!(node & 1n) && node) [node, last] = [node >> 1n, last >> 1n];
    } else {
      made = await sha256([1], made, step);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && same(made, root);
}

async function verified(text, keyText) {
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines[2] ?? "");
  if (gap < 0 || lines[0] !== "c2sp.org/tlog-proof@v1" || !lines[1]?.startsWith("extra ") || !index || lines.length > 70)
    throw new Bad("badFile");
  const checkpoint = await checkpointOf(text.slice(gap + 2), await keyFrom(keyText));
  const entry = bytesOf(lines[1].slice(6), "badFile");
  const proof = lines.slice(3).map((line) => bytesOf(line, "badEntry"));
  const leaf = await sha256([0], entry);
  const holds = await includes(leaf, BigInt(index[1]), checkpoint.size, proof, checkpoint.root);
  if (!holds) throw new Bad("badEntry");
  return { ...checkpoint, index: index[1], entry: new TextDecoder().decode(entry) };
}

function told(texts, tone) {
  const words = document.createElement("div"); // an alert sets its children side by side
  for (const text of texts) words.append(Object.assign(document.createElement("p"), { textContent: text }));
  result.replaceChildren(words);
  result.className = `alert alert-${tone}`;
  result.dataset.result = tone;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  shown.hidden = true;
  const words = form.dataset;
  try {
    const found = await verified(await form.elements.proof.files[0].text(), form.elements.key.value.trim());
    const filled = { INDEX: found.index, ORIGIN: found.origin, SIZE: String(found.size) };
    told([words.proved.replace(/INDEX|ORIGIN|SIZE/g, (name) => filled[name]), words.limits], "success");
    shown.textContent = found.entry;
    shown.hidden = false;
  } catch (error) {
    told([words[error instanceof Bad ? error.message : "badFile"]], "danger");
  }
});
