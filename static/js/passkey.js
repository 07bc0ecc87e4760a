// Passkeys: asks the browser to make one or to sign with one, and puts its answer into the form that asks.
// Without this script, or in a browser that knows no passkeys, the buttons stay hidden: codes work as always.
"use strict";

{
  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const withBytes = (described) => described?.map((one) => ({ ...one, id: bytesOf(one.id) }));

  function optionsFrom({ publicKey }) {
    const options = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
    if (publicKey.user) options.user = { ...publicKey.user, id: bytesOf(publicKey.user.id) };
    if (publicKey.excludeCredentials) options.excludeCredentials = withBytes(publicKey.excludeCredentials);
    if (publicKey.allowCredentials) options.allowCredentials = withBytes(publicKey.allowCredentials);
    return { publicKey: options };
  }

  function answerFrom({ id, rawId, type, response }) {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = textOf(response[name]);
    }
    return JSON.stringify({ id, rawId: textOf(rawId), type, response: parts, clientExtensionResults: {} });
  }

  async function askBrowser(button) {
    const { form } = button;
    const told = form.querySelector("[data-passkey-failed]");
    const asked = new FormData();
    asked.append("for", button.dataset.for ?? "");
    const token = form.elements.csrfmiddlewaretoken.value;
    button.disabled = true;
    told.hidden = true;
    try {
      const answer = await fetch(button.dataset.options, {
        method: "POST",
        body: asked,
        headers: { "X-CSRFToken": token },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const options = optionsFrom(await answer.json());
      const made = await navigator.credentials[button.dataset.passkey](options);
      form.elements[button.dataset.field].value = answerFrom(made);
      for (const field of form.querySelectorAll("[data-passkey-instead] [required]")) field.required = false;
      form.requestSubmit();
    } catch {
      told.hidden = false; // broken off, no passkey for this site, or none that this browser reaches
    } finally {
      button.disabled = false;
    }
  }

  if (window.PublicKeyCredential) {
    document.documentElement.classList.add("knows-passkeys");
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-passkey]") : null;
      if (button) askBrowser(button);
    });
  }
}
