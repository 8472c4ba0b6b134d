// On every page of the admin, for who is logged in: tells the server the browser's time
// zone, and forgets unsaved typing when somebody logs out.
"use strict";

(() => {
  const { user } = document.currentScript.dataset;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  if (/^[\w+\-/]+$/.test(zone)) {
    const safely = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `zone=${zone}; Path=/admin/; SameSite=Lax${safely}`;
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id === "logout-form") {
      try {
        Object.keys(localStorage)
          .filter((key) => key.startsWith(`kept:${user}:`))
          .forEach((key) => localStorage.removeItem(key));
      } catch {
        // No storage, so nothing was kept.
      }
    }
  });
})();
