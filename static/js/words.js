// Opens a word's definition beside the word. Without this script the word's link leads
// to the same definition under "Words on this page".
"use strict";

(() => {
  const gap = 8;

  const definitionOf = (link) => {
    const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    return entry?.querySelector(".definition");
  };

  // Below the word where there is room, else above it, and never past the edges.
  const place = (definition, link) => {
    const word = link.getClientRects()[0];
    const { width, height } = definition.getBoundingClientRect();
    const isRoomBelow = word.bottom + gap + height < window.innerHeight;
    const top = isRoomBelow ? word.bottom + gap : Math.max(gap, word.top - gap - height);
    const left = Math.min(word.left, window.innerWidth - width - gap);
    definition.style.setProperty("--top", `${top + window.scrollY}px`);
    definition.style.setProperty("--left", `${Math.max(gap, left) + window.scrollX}px`);
  };

  const open = (definition, link) => {
    const onToggle = (event) => {
      if (event.newState === "open") {
        return;
      }
      definition.removeEventListener("toggle", onToggle);
      definition.classList.remove("by-word");
      // Where Escape or "Close" ended it, the reader goes on from the word; after a
      // click elsewhere the focus is there already.
      if ([document.body, definition].includes(document.activeElement)) {
        link.focus({ preventScroll: true });
      }
    };
    definition.addEventListener("toggle", onToggle);
    definition.classList.add("by-word");
    definition.showPopover();
    place(definition, link);
    definition.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.term");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const definition = definitionOf(link);
    if (definition?.showPopover) {
      event.preventDefault();
      open(definition, link);
    }
  });
})();
