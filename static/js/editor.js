// Mends what django-markdownx's script leaves open. It loads after that script.
"use strict";

(() => {
  const isEditor = (node) =>
    node instanceof HTMLTextAreaElement && node.classList.contains("markdownx-editor");
  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // Its key handler swallows Tab, so nobody could leave the editor by keyboard
  // (WCAG 2.1.2). A listener on the window comes first and keeps Tab from it.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" && isEditor(event.target)) {
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // Answers may arrive in another order than they were asked for: a newer request for
  // a preview ends the one before it.
  let latest = null;
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).startsWith("/admin/markdown/preview/")) {
      latest?.abort();
      latest = this;
    }
    return open.call(this, method, url, ...rest);
  };

  // The checklist above the preview asks for more than the text: the other fields of
  // the form go along.
  XMLHttpRequest.prototype.send = function (body) {
    const editor = document.querySelector(".markdownx-editor");
    if (this === latest && body instanceof FormData && editor) {
      const own = new Set([editor.name, ...body.keys()]);
      for (const [name, value] of new FormData(editor.form)) {
        if (!own.has(name) && typeof value === "string") body.append(name, value);
      }
    }
    return send.call(this, body);
  };

  // A picture can be dropped on the text. Who has no mouse chooses a file instead,
  // which then takes the same way.
  const addTools = (parent, editor) => {
    const file = make("input", { type: "file", accept: "image/*", multiple: true });
    file.addEventListener("change", () => {
      const data = new DataTransfer();
      for (const picture of file.files) data.items.add(picture);
      file.value = "";
      editor.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
    });
    const label = make("label", { className: "picture" }, "Add a picture", file);
    const message = make("p", { className: "upload-message" });
    message.setAttribute("role", "alert");
    parent.prepend(make("div", { className: "editor-tools" }, label, message));
    return message;
  };

  // When an upload fails the script types "Invalid response" into the text. Take that
  // out again and say what the server said.
  const watchUploads = (parent, editor, message) => {
    const onUpload = (event) => {
      const answer = event.detail?.[0] ?? {};
      if (event.type === "markdownx.fileUploadEnd") {
        message.textContent = "";
        return;
      }
      const { value, selectionStart } = editor;
      setTimeout(() => {
        editor.value = value;
        editor.setSelectionRange(selectionStart, selectionStart);
      });
      message.textContent = `The picture was not kept. ${answer.error ?? ""}`;
    };
    parent.addEventListener("markdownx.fileUploadEnd", onUpload);
    parent.addEventListener("markdownx.fileUploadError", onUpload);
    // Its name when no answer came at all.
    parent.addEventListener("fileUploadError", onUpload);
  };

  // What is typed beside the text changes the checklist, too. The event does not bubble,
  // so it only reaches the script that asks for previews.
  const watchFields = (editor) => {
    editor.form.addEventListener("input", (event) => {
      if (event.target !== editor && event.target.name) {
        editor.dispatchEvent(new Event("input"));
      }
    });
  };

  // A new preview keeps open and closed what was.
  const keepOpen = (parent, preview) => {
    const isOpen = new Map();
    preview.addEventListener(
      "toggle",
      ({ target }) => {
        if (target.dataset.item) isOpen.set(target.dataset.item, target.open);
      },
      true,
    );
    parent.addEventListener("markdownx.update", () => {
      for (const item of preview.querySelectorAll("details[data-item]")) {
        item.open = isOpen.get(item.dataset.item) ?? item.open;
      }
    });
  };

  const watchPreview = (parent, preview) => {
    preview.setAttribute("aria-label", "Preview");
    preview.setAttribute("role", "region");
    preview.tabIndex = 0;
    parent.addEventListener("markdownx.update", () => {
      // Following a link must not leave the text behind.
      for (const link of preview.querySelectorAll("a[href]:not([href^='#'])")) {
        link.target = "_blank";
        link.rel = "noopener";
      }
    });
    parent.addEventListener("markdownx.updateError", () => {
      const words = "No answer from the site. The preview is an older one.";
      if (!preview.querySelector(".preview-lost")) {
        preview.prepend(make("p", { className: "preview-lost" }, words));
      }
    });
  };

  // Leaving a page with words that were not saved asks first.
  const guard = (form) => {
    let isChanged = false;
    form.addEventListener("input", () => (isChanged = true));
    form.addEventListener("submit", () => (isChanged = false));
    window.addEventListener("beforeunload", (event) => {
      if (isChanged) event.preventDefault();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const parent of document.querySelectorAll(".markdownx")) {
      const editor = parent.querySelector(".markdownx-editor");
      watchUploads(parent, editor, addTools(parent, editor));
      watchPreview(parent, parent.querySelector(".markdownx-preview"));
      keepOpen(parent, parent.querySelector(".markdownx-preview"));
      watchFields(editor);
      guard(editor.form);
    }
  });
})();
