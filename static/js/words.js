// Opens a word's definition beside the word: for a look while the pointer or the focus is
// on the word, to stay when the word is clicked, tapped or entered. Without this script,
// or where a browser knows no popovers, the word's link leads to the same definition under
// "Words on this page". A reader may turn all these links off; that stays on this device.
"use strict";

(() => {
  const GAP = 8;
  const WAIT = 250;
  const GRACE = 300;
  const root = document.documentElement;
  const links = [...document.querySelectorAll("a.term")];
  const addresses = new Map(links.map((link) => [link, link.getAttribute("href")]));
  const definitions = new Map();
  // The definition that is open, its word, and whether it stays: then it had the focus.
  let shown = null;
  let timer = 0;
  // A word to which the focus comes back opens nothing.
  let quiet = null;
  // The word whose definition stayed open when the pointer went down on it.
  let pressed = null;

  if ("showPopover" in HTMLElement.prototype) {
    for (const link of links) {
      const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const definition = entry?.querySelector(".definition");
      if (definition) {
        definitions.set(link, definition);
      }
    }
  }

  // Below the word where there is room, else above it, and never past the edges. Of a word
  // that goes on in a second line, beside the line in which the pointer rests, else clear
  // of both.
  const place = (definition, link, y) => {
    const lines = [...link.getClientRects()];
    const line = lines.find(({ top, bottom }) => top <= y && y <= bottom);
    const [first, last] = line ? [line, line] : [lines[0], lines.at(-1)];
    const { width, height } = definition.getBoundingClientRect();
    const isRoomBelow = last.bottom + GAP + height < window.innerHeight;
    const top = isRoomBelow ? last.bottom + GAP : Math.max(GAP, first.top - GAP - height);
    const start = isRoomBelow ? last.left : first.left;
    const left = Math.min(start, window.innerWidth - width - GAP);
    definition.style.setProperty("--top", `${top + window.scrollY}px`);
    definition.style.setProperty("--left", `${Math.max(GAP, left) + window.scrollX}px`);
  };

  const close = () => {
    clearTimeout(timer);
    shown?.definition.hidePopover();
  };

  const open = (link, { stays = false, y = NaN } = {}) => {
    clearTimeout(timer);
    const definition = definitions.get(link);
    if (shown?.link !== link) {
      close();
      if (definition.matches(":popover-open")) {
        // From the list at the end of the page.
        definition.hidePopover();
      }
      definition.classList.add("by-word");
      definition.showPopover();
      place(definition, link, y);
      shown = { link, definition, stays };
      link.setAttribute("aria-expanded", "true");
    }
    if (stays) {
      shown.stays = true;
      definition.focus({ preventScroll: true });
    }
  };

  const isLookedAt = ({ link, definition }) =>
    link.matches(":hover, :focus-visible") || definition.matches(":hover");

  const closeSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (shown && !shown.stays && !isLookedAt(shown)) {
        close();
      }
    }, GRACE);
  };

  const onClosing = (definition) => {
    if (shown?.definition !== definition) {
      return;
    }
    const { link, stays } = shown;
    shown = null;
    link.setAttribute("aria-expanded", "false");
    if (!stays) {
      return;
    }
    // Where Escape or "Close" ended it, the reader goes on from the word; after a click
    // elsewhere the focus may be there already.
    quiet = link;
    definition.addEventListener("toggle", () => {
      const focused = document.activeElement;
      if (focused === document.body || definition.contains(focused)) {
        link.focus({ preventScroll: true });
      }
      if (document.activeElement !== link) {
        quiet = null;
      }
    }, { once: true });
  };

  // The definition stands at the end of the page, but whoever tabs out of it goes on in the
  // text: after the word, or back to it.
  const onTab = (event) => {
    if (event.key !== "Tab" || !shown?.stays || event.currentTarget !== shown.definition) {
      return;
    }
    const { link, definition } = shown;
    const stops = [...definition.querySelectorAll("a, button")].filter(
      (stop) => stop.checkVisibility?.() ?? true,
    );
    const focused = document.activeElement;
    const isLeaving = event.shiftKey
      ? focused === definition || focused === stops[0]
      : focused === stops.at(-1);
    if (isLeaving) {
      close();
      link.focus({ preventScroll: true });
      if (event.shiftKey) {
        event.preventDefault();
      }
    }
  };

  for (const definition of new Set(definitions.values())) {
    definition.addEventListener("beforetoggle", (event) => {
      if (event.newState === "closed") {
        onClosing(definition);
      }
    });
    definition.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && shown?.definition !== definition) {
        definition.classList.remove("by-word");
      }
    });
    definition.addEventListener("keydown", onTab);
    definition.addEventListener("pointerenter", () => clearTimeout(timer));
    definition.addEventListener("pointerleave", closeSoon);
  }

  for (const link of definitions.keys()) {
    link.addEventListener("pointerenter", (event) => {
      clearTimeout(timer);
      if (event.pointerType !== "touch" && link.hasAttribute("href") && !shown?.stays) {
        timer = setTimeout(open, WAIT, link, { y: event.clientY });
      }
    });
    link.addEventListener("pointerleave", closeSoon);
    link.addEventListener("focus", () => {
      if (link !== quiet && link.matches(":focus-visible")) {
        open(link);
      }
    });
    link.addEventListener("blur", () => {
      quiet = null;
      if (shown?.link === link && !shown.stays && !shown.definition.matches(":hover")) {
        close();
      }
    });
    link.addEventListener("pointerdown", () => {
      pressed = shown?.stays && shown.link === link ? link : null;
    });
    link.addEventListener("click", (event) => {
      const hasModifier = event.ctrlKey || event.metaKey || event.shiftKey;
      if (hasModifier || !link.hasAttribute("href")) {
        return;
      }
      event.preventDefault();
      const isSecond = event.detail > 0 && pressed === link;
      pressed = null;
      if (isSecond) {
        close();
      } else {
        open(link, { stays: true });
      }
    });
  }

  // Word links on or off. When they are off, a word is plain text: it looks so (the style
  // sheet sees to that before the first paint), it has no link, no keyboard stop and no
  // definition to announce. The list at the end of the page stays.
  const mark = (isOn) => {
    if (!isOn) {
      close();
    }
    for (const link of links) {
      const definition = definitions.get(link);
      const attributes = { href: addresses.get(link) };
      if (definition) {
        attributes["aria-haspopup"] = "dialog";
        attributes["aria-expanded"] = "false";
        attributes["aria-describedby"] = definition.getAttribute("aria-describedby");
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (isOn) {
          link.setAttribute(name, value);
        } else {
          link.removeAttribute(name);
        }
      }
    }
  };

  for (const button of document.querySelectorAll("[data-word-links]")) {
    button.addEventListener("click", () => {
      const isOn = root.dataset.words === "off";
      root.dataset.words = isOn ? "on" : "off";
      try {
        localStorage.setItem("word-links", root.dataset.words);
      } catch {
        // It holds for this page only.
      }
      mark(isOn);
      button.nextElementSibling.textContent = `Word links are ${root.dataset.words}.`;
    });
  }
  mark(root.dataset.words !== "off");
})();
