// Sends the answer and says thank you in its place. Without this script the same forms
// lead to a page that says so.
"use strict";

(() => {
  const box = document.querySelector(".feedback");
  const status = box.querySelector("[role=status]");
  let isSending = false;

  const say = (words) => {
    status.textContent = words;
    status.focus();
  };

  const send = async (event) => {
    event.preventDefault();
    if (isSending) {
      return;
    }
    isSending = true;
    const { target: form, submitter } = event;
    const body = new URLSearchParams(new FormData(form));
    if (submitter?.name) {
      body.append(submitter.name, submitter.value);
    }
    try {
      const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (response.type === "opaqueredirect") {
        box.querySelector("fieldset").hidden = true;
        say(box.dataset.thanks);
      } else {
        // Refused: once more by the browser itself, which shows the page that says why.
        box.removeEventListener("submit", send);
        form.requestSubmit(submitter);
      }
    } catch {
      say(box.dataset.failed);
    }
    isSending = false;
  };

  box.addEventListener("submit", send);
})();
