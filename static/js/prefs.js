// Runs before the first paint, so that nothing moves once the page is seen: says what
// this browser can do, and sets the text size that the reader chose on this device.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");
  root.classList.toggle("can-share", "share" in navigator);
  try {
    root.dataset.text = localStorage.getItem("text-size") ?? "normal";
  } catch {
    // A browser that keeps nothing for this site.
    root.dataset.text = "normal";
  }
})();
