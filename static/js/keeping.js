// Keeps unsaved typing in this browser and offers it again: after a crash, when the login
// had ended, or when a save never arrived. staff.js forgets it at logout.
//
// Under one key for each person and page lies a list of records, one for each time that
// the page was open: {id, at, basedOn, sent, fields: {name: value}}.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-kept]");
  const form = box?.closest("form");
  const body = form?.querySelector("textarea[name=body]");
  if (!body) {
    return;
  }
  const EVERY = 1_000;
  const MOST = 5;
  const OLDEST = 14 * 24 * 60 * 60 * 1_000;
  const key = box.dataset.kept;
  const newKey = box.dataset.keptNew;
  const id = crypto.randomUUID?.() ?? String(Math.random());
  const basedOn = form.elements.based_on;
  const wasRefused = form.querySelector(".errornote") !== null;
  const kinds = ["textarea", "text", "select-one", "checkbox"];
  // Asked each time, for rows may have been added.
  const texts = () =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        !field.name.startsWith("_") &&
        !field.readOnly &&
        kinds.includes(field.type),
    );
  const valueOf = (field) =>
    field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;

  // Storage

  const read = (from) => {
    try {
      const records = JSON.parse(localStorage.getItem(from)) ?? [];
      return records.filter((record) => Date.now() - record.at < OLDEST);
    } catch {
      return [];
    }
  };
  const write = (to, records) => {
    try {
      if (records.length > 0) {
        localStorage.setItem(to, JSON.stringify(records.slice(-MOST)));
      } else {
        localStorage.removeItem(to);
      }
    } catch {
      // Full or forbidden: then beforeunload is all there is.
    }
  };
  const forget = (record) => write(key, read(key).filter((each) => each.id !== record.id));

  // Keeping

  const now = () => Object.fromEntries(texts().map((field) => [field.name, valueOf(field)]));
  // The server ends lines in its own way and trims.
  const plain = (text) => (text ?? "").replace(/\r\n?/g, "\n").trim();
  // Rows ("words-3-text") are numbered anew by the server, without the blank ones.
  const settled = (fields) => {
    const rows = new Map();
    const others = {};
    for (const [name, value] of Object.entries(fields)) {
      const [, kind, number, part] = name.match(/^(\w+)-(\d+)-(\w+)$/) ?? [];
      if (!kind) others[name] = value;
      else if (!rows.has(kind)) rows.set(kind, { [number]: { [part]: value } });
      else (rows.get(kind)[number] ??= {})[part] = value;
    }
    for (const [kind, numbered] of rows) {
      const filled = Object.values(numbered).filter((row) => plain(row.text));
      others[kind] = JSON.stringify(filled.map((row) => Object.entries(row).sort()));
    }
    return others;
  };
  const isSame = (one, other) => {
    const [mine, theirs] = [settled(one), settled(other)];
    return Object.keys(theirs).every((name) => plain(mine[name]) === plain(theirs[name]));
  };
  const opened = now();
  let timer = null;
  let isLeaving = false;
  // A refused save shows the form with what was typed; that is not stored anywhere yet.
  let isUnsaved = wasRefused;

  const keep = (sent = false) => {
    clearTimeout(timer);
    timer = null;
    const others = read(key).filter((each) => each.id !== id);
    if (isUnsaved) {
      others.push({ id, at: Date.now(), basedOn: basedOn.value, sent, fields: now() });
    }
    write(key, others);
  };
  const noticed = () => {
    isUnsaved = wasRefused || !isSame(opened, now());
    timer ??= setTimeout(keep, EVERY);
  };
  form.addEventListener("input", noticed);
  window.addEventListener("pagehide", () => {
    if (timer !== null) {
      keep();
    }
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
    keep(true);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "logout-form") {
      // staff.js forgets all; nothing may be written on the way out.
      clearTimeout(timer);
      timer = null;
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved && !isLeaving) {
      event.preventDefault();
    }
  });
  // Back from the page after a save that the browser still had in its memory.
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });

  // Offering again

  const isSaved = (record) =>
    record.sent &&
    box.dataset.savedByMe === "yes" &&
    Number(box.dataset.newest) === Number(record.basedOn || 0) + 1;
  const isPointless = (record) => isSaved(record) || isSame(opened, record.fields);

  const dropSaved = () => {
    write(key, read(key).filter((record) => !isPointless(record)));
    if (wasRefused) {
      // What was refused goes on in this form.
      keep();
    }
    if (newKey && newKey !== key && box.dataset.newest === "1") {
      const isThis = ({ fields }) => plain(fields.title) === plain(opened.title);
      write(newKey, read(newKey).filter((each) => !(isSaved(each) && isThis(each))));
    }
  };

  const restore = (record) => {
    form.dispatchEvent(new CustomEvent("restoring", { detail: record.fields }));
    for (const field of texts()) {
      if (field.name in record.fields) {
        if (field.type === "checkbox") field.checked = record.fields[field.name] === "on";
        else field.value = record.fields[field.name];
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    // So that a save on top of what somebody else saved since is refused, as ever.
    if (record.basedOn) {
      basedOn.value = record.basedOn;
    }
    isUnsaved = true;
    keep();
  };

  const describe = (at) => {
    const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const isToday = at.toDateString() === new Date().toDateString();
    return isToday ? time : `${at.toLocaleDateString()}, ${time}`;
  };

  const offer = () => {
    const section = box.querySelector(".kept");
    const record = read(key)
      .filter((each) => each.id !== id && !isSame(now(), each.fields))
      .pop();
    section.hidden = !record;
    if (!record) {
      return;
    }
    const moment = describe(new Date(record.at));
    section.querySelector(".kept-words").textContent =
      `There is text from ${moment} that was not saved.`;
    const [restoring, discarding] = section.querySelectorAll("button");
    restoring.onclick = () => {
      forget(record);
      restore(record);
      offer();
      body.focus();
    };
    discarding.onclick = () => {
      forget(record);
      offer();
      if (section.hidden) {
        body.focus();
      }
    };
  };

  dropSaved();
  offer();
});
