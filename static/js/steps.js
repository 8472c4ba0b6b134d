// Goes on by itself with a work of many steps: form[data-steps] with a progress element,
// its label, [data-words] and [role=status]. Without this script its button does one step at a time.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-steps]");
  if (!form) {
    return;
  }
  const bar = form.querySelector("progress");
  const label = form.querySelector("label");
  const words = form.querySelector("[data-words]");
  const status = form.querySelector("[role=status]");
  const button = form.querySelector("[type=submit]");

  const stop = () => {
    status.textContent = "This did not go on. What is done is kept.";
    button.hidden = false;
  };

  const goOn = async () => {
    for (;;) {
      let response;
      try {
        response = await fetch(form.action, {
          method: "POST",
          body: new FormData(form),
          headers: { Accept: "application/json" },
          redirect: "manual",
        });
      } catch {
        stop(); // Out of reach, or the page is being left.
        return;
      }
      if (!response.ok) {
        stop();
        return;
      }
      const progress = await response.json();
      bar.max = progress.total;
      bar.value = progress.done;
      label.textContent = progress.doing;
      words.textContent = progress.words;
      if (!progress.is_running) {
        location.reload();
        return;
      }
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    status.textContent = "";
    button.hidden = true;
    goOn();
  });
  button.hidden = true;
  goOn();
});
