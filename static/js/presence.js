// Says every half minute that this page is open in the editor, and shows who else has it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-presence]");
  const token = box?.closest("form").querySelector("[name=csrfmiddlewaretoken]");
  if (!token) {
    return;
  }
  const EVERY = 30_000;
  const status = box.querySelector("[role=status]");
  const opened = Number(box.dataset.newest);
  let timer = null;

  // A live region reads out what is written to it, so only what is new is written.
  const say = (sentences) => {
    const text = sentences.join("\n");
    if (status.textContent !== text) {
      status.textContent = text;
    }
  };

  const ping = async () => {
    let response;
    try {
      response = await fetch(box.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token.value },
        redirect: "manual",
      });
    } catch {
      return; // Out of reach; the next ping may get through.
    }
    if (response.ok) {
      const { others, newest, saved_by: by } = await response.json();
      const since =
        newest > opened ? [`${by} has saved revision ${newest} since you opened this page.`] : [];
      say([...others, ...since]);
    } else if (response.type === "opaqueredirect" || response.status === 403) {
      clearInterval(timer);
      say([
        "Your login has ended. What you type is kept in this browser: log in again in " +
          "this tab, and it is offered to you.",
      ]);
    }
  };

  ping();
  timer = setInterval(ping, EVERY);
});
