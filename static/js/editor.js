// Mends what django-markdownx's script leaves open. It loads after that script.
"use strict";

(() => {
  const isEditor = (node) =>
    node instanceof HTMLTextAreaElement && node.classList.contains("markdownx-editor");

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
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).startsWith("/admin/markdown/preview/")) {
      latest?.abort();
      latest = this;
    }
    return open.call(this, method, url, ...rest);
  };

  // When an upload fails the script types "Invalid response" into the text. Take that
  // out again and say what the server said.
  const say = (editor, message) => {
    let box = editor.parentElement.querySelector(".upload-message");
    if (!box) {
      box = document.createElement("p");
      box.className = "upload-message";
      box.setAttribute("role", "alert");
      editor.before(box);
    }
    box.textContent = message;
  };
  const onUpload = (event) => {
    const editor = event.currentTarget.querySelector(".markdownx-editor");
    const answer = event.detail?.[0] ?? {};
    if (event.type === "markdownx.fileUploadEnd") {
      say(editor, "");
      return;
    }
    const { value, selectionStart } = editor;
    setTimeout(() => {
      editor.value = value;
      editor.setSelectionRange(selectionStart, selectionStart);
    });
    say(editor, `The picture was not kept. ${answer.error ?? ""}`);
  };
  document.addEventListener("DOMContentLoaded", () => {
    for (const parent of document.querySelectorAll(".markdownx")) {
      parent.addEventListener("markdownx.fileUploadEnd", onUpload);
      parent.addEventListener("markdownx.fileUploadError", onUpload);
      // Its name when no answer came at all.
      parent.addEventListener("fileUploadError", onUpload);
      parent.querySelector(".markdownx-preview").setAttribute("aria-label", "Preview");
      parent.querySelector(".markdownx-preview").setAttribute("role", "region");
      parent.querySelector(".markdownx-preview").tabIndex = 0;
    }
  });
})();
