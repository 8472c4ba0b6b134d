// A reader's tools. All that is kept stays on this device.
"use strict";

(() => {
  const MOST = 10;

  const kept = (name, fallback) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const keep = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // It holds for this page only.
    }
  };

  // Print and share

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    button.addEventListener("click", () => {
      const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
      // Who closes the sheet has shared nothing; that is no error.
      navigator.share({ title: document.title, url }).catch(() => {});
    });
  }

  // Copy a citation

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      const status = button.nextElementSibling;
      try {
        await navigator.clipboard.writeText(text);
        status.textContent = "Copied.";
      } catch {
        status.textContent = "Please select the text and copy it.";
      }
    });
  }

  // Text size

  const sizes = document.querySelectorAll("[data-size]");
  const showSize = () => {
    for (const button of sizes) {
      const isChosen = button.dataset.size === document.documentElement.dataset.text;
      button.setAttribute("aria-pressed", isChosen);
    }
  };
  for (const button of sizes) {
    button.addEventListener("click", () => {
      document.documentElement.dataset.text = button.dataset.size;
      keep("text-size", button.dataset.size);
      showSize();
    });
  }
  showSize();

  // My handout: the articles that a reader collects for a visit

  const collected = () => kept("handout", []).filter((slug) => typeof slug === "string");
  const showHandout = () => {
    const slugs = collected();
    for (const button of document.querySelectorAll("[data-collect]")) {
      const isIn = slugs.includes(button.dataset.collect);
      button.setAttribute("aria-pressed", isIn);
      button.textContent = isIn ? "In my handout" : "Add to my handout";
      button.disabled = !isIn && slugs.length >= MOST;
    }
    for (const item of document.querySelectorAll("[data-handout]")) {
      const query = new URLSearchParams(slugs.map((slug) => ["article", slug]));
      const link = item.querySelector("a");
      item.hidden = slugs.length === 0;
      link.search = query;
      link.textContent = `My handout (${slugs.length})`;
    }
  };
  for (const button of document.querySelectorAll("[data-collect]")) {
    button.addEventListener("click", () => {
      const slug = button.dataset.collect;
      const slugs = collected();
      const others = slugs.filter((other) => other !== slug);
      keep("handout", JSON.stringify(slugs.includes(slug) ? others : [...slugs, slug]));
      showHandout();
    });
  }
  showHandout();
  for (const box of document.querySelectorAll(".choices input[name=article]")) {
    box.checked = collected().includes(box.value);
  }

  // The contents follow the scroll

  const links = [...document.querySelectorAll(".contents a")];
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  const follow = () => {
    const read = headings.filter((heading) => heading?.getBoundingClientRect().top < 120);
    const current = links[headings.indexOf(read.at(-1))];
    for (const link of links) {
      if (link === current) {
        const nav = link.closest(".contents");
        nav.scrollTop = link.offsetTop - nav.offsetTop - nav.clientHeight / 2;
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
  };
  if (links.length) {
    let isWaiting = false;
    addEventListener("scroll", () => {
      if (!isWaiting) {
        isWaiting = true;
        requestAnimationFrame(() => {
          isWaiting = false;
          follow();
        });
      }
    }, { passive: true });
    follow();
  }
})();
