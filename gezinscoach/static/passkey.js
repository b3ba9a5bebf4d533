// Lets a passkey fill in the forms that are marked for one. What it answers is sent by the form, as any field.
"use strict";

const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

async function ask(kind, options) {
  const made = kind === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(made.toJSON());
}

for (const box of able ? document.querySelectorAll("[data-passkey]") : []) {
  const form = box.querySelector("form"), trouble = box.querySelector(".error");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      form.elements.credential.value = await ask(box.dataset.passkey, JSON.parse(box.dataset.options));
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
  box.hidden = false;
  for (const note of document.querySelectorAll(".no-passkey")) note.hidden = true;
}
