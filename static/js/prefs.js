// Runs before the first paint, so that nothing moves once the page is seen: says what
// this browser can do, and sets the text size that the reader chose on this device, and
// whether words are links to their definitions.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");
  root.classList.toggle("can-share", "share" in navigator);
  const kept = (name, fallback) => {
    try {
      return localStorage.getItem(name) ?? fallback;
    } catch {
      // A browser that keeps nothing for this site.
      return fallback;
    }
  };
  root.dataset.text = kept("text-size", "normal");
  root.dataset.words = kept("word-links", "on");
})();
