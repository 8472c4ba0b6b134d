// Suggests words while one types into a field of a form with data-suggest: an editable
// combobox with a list, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Without this
// script, and when no suggestion is chosen, the form is sent as any other. The field's
// parent, of the class "suggest", holds the list.
"use strict";

(() => {
  const LEAST = 2;
  const PAUSE = 120;

  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  // Text is only ever set as text, never as HTML.
  const formOf = (pieces) => {
    const form = element("span", "suggest-form");
    form.append(
      ...pieces.map(({ text, is_hit }) => (is_hit ? element("mark", "", text) : text)),
    );
    return form;
  };

  const optionOf = (suggestion, id) => {
    const option = element("a", "suggest-option");
    const form = formOf(suggestion.form);
    const isOther = form.textContent !== suggestion.headword;
    option.id = id;
    option.href = suggestion.address;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(form);
    if (isOther) {
      option.append(" ", element("span", "suggest-headword", `see ${suggestion.headword}`));
    }
    option.append(" ", element("span", "suggest-definition", suggestion.definition));
    return option;
  };

  const said = (suggestions) => {
    const count = suggestions.length;
    if (count === 0) {
      return "No word fits.";
    }
    const words = count === 1 ? "1 word" : `${count} words`;
    const first = suggestions[0].is_near ? "No word is spelled like this. " : "";
    return `${first}${words} to choose from. Use the up and down arrow keys.`;
  };

  const enhance = (input) => {
    const list = element("div", "suggest-list");
    const status = element("div", "visually-hidden");
    list.id = `${input.id}-suggestions`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Words that fit");
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.after(list, status);

    let timer = 0;
    let request = new AbortController();
    // What the list answers, so that an arrow key need not ask again.
    let answered = null;

    const chosen = () => list.querySelector("[aria-selected=true]");
    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      if (option) {
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", option.id);
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const show = (isOpen) => {
      choose(null);
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
    };
    const forget = () => {
      clearTimeout(timer);
      request.abort();
    };
    const close = () => {
      forget();
      show(false);
    };

    const ask = async () => {
      forget();
      request = new AbortController();
      const { signal } = request;
      const typed = input.value.trim();
      if ([...typed].length < LEAST) {
        status.textContent = "";
        show(false);
        return;
      }
      const query = new URLSearchParams({ q: typed });
      let suggestions = [];
      try {
        const answer = await fetch(`${input.dataset.suggest}?${query}`, { signal });
        ({ suggestions } = answer.ok ? await answer.json() : { suggestions });
      } catch {
        // Another request took its place, or there is no network: the form still works.
        return;
      }
      if (signal.aborted || document.activeElement !== input) {
        return;
      }
      list.replaceChildren(
        ...suggestions.map((each, index) => optionOf(each, `${list.id}-${index}`)),
      );
      answered = input.value;
      status.textContent = said(suggestions);
      show(suggestions.length > 0);
    };

    const move = (step) => {
      if (list.hidden) {
        if (answered === input.value && list.firstElementChild) {
          show(true);
        } else {
          ask();
          return;
        }
      }
      // Beyond either end lies the field itself.
      const places = [null, ...list.children];
      const next = places.indexOf(chosen()) + step;
      choose(places.at(next % places.length));
    };

    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => {
        const option = chosen();
        if (!option) {
          close();
          return false;
        }
        option.click();
      },
      Escape: () => {
        if (list.hidden) {
          input.value = "";
          status.textContent = "";
        }
        close();
      },
    };
    input.addEventListener("keydown", (event) => {
      const isPlain = !event.isComposing && !event.ctrlKey && !event.metaKey;
      if (isPlain && event.key in keys && keys[event.key]() !== false) {
        event.preventDefault();
      }
    });
    input.addEventListener("input", () => {
      forget();
      timer = setTimeout(ask, PAUSE);
    });
    input.addEventListener("blur", close);
    // So the field keeps the focus, and the list stays until the click has come.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", close);
  };

  for (const input of document.querySelectorAll("input[data-suggest]")) {
    enhance(input);
  }
})();
