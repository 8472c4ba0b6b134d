// Rows of the term editor: adds one by a button or by Enter, takes one away, and keeps
// room for what keeping.js brings back. Without it there are three blank rows.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const rows of document.querySelectorAll("[data-rows]")) {
    const name = rows.dataset.rows;
    const template = rows.querySelector("template");
    const button = document.querySelector(`[data-add="${name}"]`);
    let next = rows.querySelectorAll(".row").length;

    const wordOf = (row) => row.querySelector(`input[name$="-text"]`);
    const shown = () =>
      [...rows.querySelectorAll(".row")].filter((row) => !row.hidden && wordOf(row));
    const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

    const add = (number = next) => {
      const holder = document.createElement("template");
      holder.innerHTML = template.innerHTML.replaceAll("__n__", String(number));
      const row = holder.content.firstElementChild;
      rows.insertBefore(row, template);
      // The next one is mostly of the same kind.
      const kind = row.querySelector("select.row-kind");
      const before = shown().at(-2)?.querySelector("select.row-kind");
      if (kind && before) kind.value = before.value;
      next = Math.max(next, number + 1);
      offerRemoval(row);
      return row;
    };
    const blankOrNew = () => {
      const last = shown().at(-1);
      return last && !wordOf(last).value ? last : add();
    };
    const focus = (row) => row.querySelector("input").focus();

    const offerRemoval = (row) => {
      const remove = row.querySelector("[data-remove]");
      if (!remove) return;
      remove.hidden = false;
      remove.addEventListener("click", () => {
        const near = shown();
        const at = near.indexOf(row);
        for (const field of row.querySelectorAll("input[type=text]")) {
          field.value = "";
          tell(field);
        }
        row.hidden = true;
        const neighbour = near[at + 1] ?? near[at - 1];
        if (neighbour) focus(neighbour);
        else button.focus();
      });
    };
    rows.querySelectorAll(".row").forEach(offerRemoval);
    button.hidden = false;
    button.addEventListener("click", () => focus(blankOrNew()));

    rows.addEventListener("keydown", (event) => {
      const isWord = event.target.matches("input.row-word");
      if (event.key !== "Enter" || !isWord || event.isComposing) return;
      // Enter saves nowhere in the middle of typing words.
      event.preventDefault();
      if (event.target.value) wordOf(blankOrNew()).focus();
    });
    // A list of words, one a line, becomes as many rows.
    rows.addEventListener("paste", (event) => {
      const lines = (event.clipboardData?.getData("text") ?? "")
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean);
      if (lines.length < 2 || !event.target.matches("input.row-word")) return;
      event.preventDefault();
      let field = event.target;
      field.setRangeText(lines.shift(), field.selectionStart, field.selectionEnd, "end");
      tell(field);
      for (const line of lines) {
        field = wordOf(blankOrNew());
        field.value = line;
        tell(field);
      }
      field.focus();
    });
    // A removed row that gets its word back is there again.
    rows.addEventListener("input", (event) => {
      const row = event.target.closest(".row");
      if (event.target.value) row.hidden = false;
      const label = wordOf(row)?.value;
      if (label && row.querySelector(".row-rules")) {
        row.setAttribute("aria-label", label);
        row.querySelector("summary .visually-hidden").textContent = ` for ${label}`;
      }
    });
    // keeping.js is about to fill fields; there must be rows for them.
    rows.closest("form").addEventListener("restoring", ({ detail }) => {
      for (const field of Object.keys(detail)) {
        const number = Number(field.match(`^${name}-(\\d+)-text$`)?.[1] ?? -1);
        const isThere = rows.querySelector(`[name="${name}-${number}-text"]`);
        if (number >= 0 && detail[field] && !isThere) add(number);
      }
    });
  }

  // What is filled is not folded away.
  const isFilled = (field) =>
    field.matches("select[multiple]") ? field.selectedOptions.length : field.value;
  for (const section of document.querySelectorAll("fieldset.collapse > details")) {
    const fields = section.querySelectorAll(
      "input[type=text], input[type=hidden], textarea, select[multiple]",
    );
    if ([...fields].some(isFilled)) section.open = true;
  }

  // The headword's row says the word that is typed above.
  const title = document.querySelector("input[name=title]");
  const headword = document.querySelector("[data-headword]");
  title?.addEventListener("input", () => {
    if (headword) headword.textContent = title.value || "as above";
  });
});
