// Beside the Markdown editor: finds sources and terms while somebody types, and puts
// [@key] or [[term]] where the caret is. The field is a combobox as in
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.
"use strict";

(() => {
  const ADDRESS = "/admin/pick/";
  const PAUSE = 150;
  // A mark that is not closed before the caret; the group is what was typed in it.
  const CITES = /\[(?:@[^\[\]]*;\s*)?@([^@\[\];\n]{0,100})$/;
  const NAMES = /\[\[(?!!)([^\[\]|\n]{0,100})$/;
  const LONGEST = 400;
  const HINT = "Type an author, a title, a year, a DOI, or a word of the glossary.";

  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const setAll = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      node.setAttribute(name, value);
    }
    return node;
  };

  // The open mark before the caret: {kind, query, start}, or null.
  const markAt = ({ value, selectionStart, selectionEnd }) => {
    if (selectionStart !== selectionEnd) return null;
    const before = value.slice(Math.max(0, selectionStart - LONGEST), selectionStart);
    for (const [kind, pattern] of [["reference", CITES], ["term", NAMES]]) {
      const query = before.match(pattern)?.[1];
      if (query !== undefined) return { kind, query, start: selectionStart - query.length };
    }
    return null;
  };

  // What replaces the text from start to end, and how far behind it the caret goes.
  const closed = (text, after, closing) =>
    after.startsWith(closing)
      ? { text, skip: closing.length }
      : { text: text + (closing === "]" && /^\s*;/.test(after) ? "" : closing), skip: 0 };

  const replacement = (editor, pick, locator) => {
    const { value, selectionStart, selectionEnd: end } = editor;
    const mark = markAt(editor);
    const after = value.slice(end);
    if (pick.kind === "reference") {
      const cite = `${pick.mark}${locator ? `, ${locator}` : ""}`;
      if (mark?.kind === "reference") return { start: mark.start, ...closed(cite, after, "]") };
      return { start: end, text: `[@${cite}]`, skip: 0 };
    }
    if (mark?.kind === "term") return { start: mark.start, ...closed(pick.mark, after, "]]") };
    const chosen = value.slice(selectionStart, end);
    const isWords = chosen.trim() !== "" && !/[[\]|\n]/.test(chosen);
    if (!isWords) return { start: end, text: `[[${pick.mark}]]`, skip: 0 };
    const [name] = pick.mark.split("|");
    const isSame = chosen.toLowerCase() === pick.mark.toLowerCase();
    const text = isSame ? `[[${chosen}]]` : `[[${name}|${chosen}]]`;
    return { start: selectionStart, text, skip: 0 };
  };

  // So that it can be undone like typing.
  const type = (editor, { start, text, skip }) => {
    editor.focus();
    editor.setSelectionRange(start, editor.selectionEnd);
    if (!document.execCommand("insertText", false, text)) {
      editor.setRangeText(text, start, editor.selectionEnd, "end");
      editor.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    const caret = start + text.length + skip;
    editor.setSelectionRange(caret, caret);
  };

  class Picker {
    constructor(editor, number) {
      this.editor = editor;
      this.picks = [];
      this.active = -1;
      this.asked = this.answered = this.dismissed = null;
      this.build(`picker-${number}`);
      this.listen();
    }

    build(id) {
      this.field = setAll(make("input", { type: "text", id, autocomplete: "off" }), {
        role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
        "aria-controls": `${id}-list`, spellcheck: "false",
      });
      this.list = setAll(make("ul", { id: `${id}-list`, hidden: true }), {
        role: "listbox", "aria-label": "Sources and terms",
      });
      this.status = setAll(make("p", { className: "picker-status" }), { role: "status" });
      this.closer = make("button", { type: "button", className: "button" }, "Close");
      const label = make("label", { htmlFor: id }, "Find a source or term");
      const row = make("div", { className: "picker-row" }, this.field, this.closer);
      this.box = make("div", { className: "picker", hidden: true }, label, row, this.status, this.list);
      setAll(this.box, { role: "group", "aria-label": "Insert a source or term" });
      this.opener = setAll(
        make("button", { type: "button", className: "picker-opener" }, "Insert a source or term"),
        { "aria-keyshortcuts": "Control+Shift+Space", title: "Ctrl + Shift + Space" },
      );
      const parent = this.editor.closest(".markdownx");
      parent.querySelector(".editor-tools").prepend(this.opener);
      // Behind the text, so that Tab leads from an open mark to what was found.
      this.editor.after(this.box);
    }

    listen() {
      this.opener.addEventListener("click", () => this.open());
      this.closer.addEventListener("click", () => this.close());
      this.field.addEventListener("input", (event) => {
        // Typing here changes nothing of the page.
        event.stopPropagation();
        this.ask();
      });
      this.field.addEventListener("keydown", (event) => this.onKey(event));
      // The focus stays in the field.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", ({ target }) => {
        const option = target.closest("[role=option]");
        if (option) this.insert([...this.list.children].indexOf(option));
      });
      this.box.addEventListener("focusout", ({ relatedTarget }) => {
        if (relatedTarget && !this.box.contains(relatedTarget)) this.hide();
      });
      this.editor.addEventListener("input", () => this.offer());
      this.editor.addEventListener("keydown", (event) => this.onEditorKey(event));
    }

    onEditorKey(event) {
      if (event.code === "Space" && event.ctrlKey && event.shiftKey) {
        event.preventDefault();
        this.open();
      } else if (event.key === "Escape" && !this.box.hidden) {
        this.dismissed = markAt(this.editor)?.start ?? null;
        this.hide();
      }
    }

    onKey(event) {
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps && this.picks.length > 0) {
        event.preventDefault();
        const count = this.picks.length;
        this.choose((this.active + steps[event.key] + count) % count);
      } else if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        if (this.answered === this.field.value) this.insert(this.active);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      }
    }

    // With the focus in it: by the button or the shortcut.
    open() {
      const mark = markAt(this.editor);
      const { value, selectionStart, selectionEnd } = this.editor;
      const chosen = value.slice(selectionStart, selectionEnd);
      this.show(mark?.kind ?? "", mark?.query ?? (chosen.length < 100 ? chosen.trim() : ""));
      this.field.focus();
      this.field.select();
    }

    // Beside the text while somebody types in a mark; the focus stays where it is.
    offer() {
      const mark = markAt(this.editor);
      if (mark && mark.start !== this.dismissed) {
        this.show(mark.kind, mark.query);
      } else {
        this.dismissed = mark ? this.dismissed : null;
        this.hide();
      }
    }

    show(kind, query) {
      this.kind = kind;
      this.field.value = query;
      this.box.hidden = false;
      this.ask();
    }

    hide() {
      this.box.hidden = true;
      this.asked?.abort();
      clearTimeout(this.timer);
      this.fill([], "");
    }

    close() {
      this.hide();
      this.editor.focus();
    }

    ask() {
      clearTimeout(this.timer);
      this.asked?.abort();
      const query = this.field.value;
      if (!query.trim()) {
        this.answered = null;
        this.fill([], HINT);
      } else {
        this.timer = setTimeout(() => this.fetch(query), PAUSE);
      }
    }

    async fetch(query) {
      const asked = (this.asked = new AbortController());
      const parameters = new URLSearchParams({ q: query, kind: this.kind });
      try {
        const response = await fetch(`${ADDRESS}?${parameters}`, { signal: asked.signal });
        const answer = await response.json();
        if (asked.signal.aborted) return;
        this.locator = answer.locator;
        this.answered = query;
        this.fill(answer.picks ?? [], answer.error ?? this.told(answer.picks));
      } catch {
        if (!asked.signal.aborted) this.fill([], "No answer from the site. Type on to ask again.");
      }
    }

    told({ length }) {
      if (length === 0) return "Nothing found. Try fewer words, or only a family name.";
      const isHere = document.activeElement === this.field;
      return `${length} found. ${isHere ? "Enter inserts." : "Ctrl + Shift + Space goes there."}`;
    }

    fill(picks, words) {
      this.picks = picks;
      this.status.textContent = words;
      this.list.replaceChildren(...picks.map((pick, index) => this.option(pick, index)));
      this.list.hidden = picks.length === 0;
      this.field.setAttribute("aria-expanded", String(picks.length > 0));
      this.choose(picks.length > 0 ? 0 : -1);
    }

    option({ kind, title, detail, notice }, index) {
      const name = kind === "term" ? "Term" : "Source";
      const option = make(
        "li",
        { id: `${this.field.id}-${index}` },
        make("span", { className: "pick-title" }, title),
        make("span", { className: "pick-detail" }, detail ? `${name}: ${detail}` : name),
      );
      if (notice) option.append(make("strong", { className: "pick-notice" }, notice));
      return setAll(option, { role: "option", "aria-selected": "false" });
    }

    choose(index) {
      this.active = index;
      [...this.list.children].forEach((option, place) => {
        option.setAttribute("aria-selected", String(place === index));
        if (place === index) option.scrollIntoView({ block: "nearest" });
      });
      const id = index < 0 ? "" : this.list.children[index].id;
      this.field.setAttribute("aria-activedescendant", id);
    }

    insert(index) {
      const pick = this.picks[index];
      if (!pick) return;
      const change = replacement(this.editor, pick, this.locator);
      this.hide();
      type(this.editor, change);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    [...document.querySelectorAll(".markdownx-editor")].forEach(
      (editor, number) => new Picker(editor, number),
    );
  });
})();
