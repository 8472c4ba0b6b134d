// Text and preview scroll in step: whichever is scrolled, the other follows, block by
// block. A problem's line number leads to that line of the text.
"use strict";

(() => {
  const HEADING = /^ {0,3}#{1,6}(\s|$)/;
  const MARK = /^ {0,3}(`{3,}|~{3,}|:{3,})/;
  const DEFINITION = /^ {0,3}\[[^\]]+\]:/;

  // The numbers of the lines that begin a block, one list for each section; a heading
  // begins a section. What a fence or a callout holds is one block.
  const blocksOf = (text) => {
    const sections = [[]];
    let open = null;
    let isFresh = true;
    text.split("\n").forEach((line, number) => {
      const mark = line.match(MARK)?.[1];
      if (open) {
        if (mark?.startsWith(open) && line.trim() === mark) open = null;
        isFresh = true;
      } else if (!line.trim()) {
        isFresh = true;
      } else if (DEFINITION.test(line)) {
        isFresh = false;
      } else {
        const isHeading = HEADING.test(line);
        if (isHeading) sections.push([]);
        if (isFresh || isHeading || mark) sections.at(-1).push(number);
        open = mark ?? null;
        isFresh = isHeading;
      }
    });
    return sections;
  };

  // The same of the preview: its elements.
  const elementsOf = (prose) => {
    const sections = [[]];
    for (const child of prose?.children ?? []) {
      if (/^H[1-6]$/.test(child.tagName)) sections.push([]);
      if (!child.matches(".footnotes")) sections.at(-1).push(child);
    }
    return sections;
  };

  // Blocks that belong together. Where a section's blocks can't be told apart (a list
  // with blank lines, say), only its beginning is taken; when not even the headings
  // agree, nothing, and the panes keep the same proportion.
  const matched = (text, prose) => {
    const lines = blocksOf(text);
    const elements = elementsOf(prose);
    if (lines.length !== elements.length) return [];
    return lines.flatMap((numbers, section) => {
      const others = elements[section];
      const agrees = numbers.length === others.length;
      const count = agrees ? numbers.length : Math.min(1, numbers.length, others.length);
      return numbers.slice(0, count).map((number, block) => [number, others[block]]);
    });
  };

  // How far below the top of the text each of these lines begins, in pixels. A copy of
  // the text is laid out, since a textarea doesn't tell where it wraps its lines.
  const tops = (editor, mirror, numbers) => {
    const style = getComputedStyle(editor);
    for (const name of ["font", "letterSpacing", "padding", "tabSize"]) {
      mirror.style[name] = style[name];
    }
    mirror.style.inlineSize = `${editor.clientWidth}px`;
    const lines = editor.value.split("\n");
    let done = 0;
    const marks = numbers.map((number) => {
      const mark = document.createElement("span");
      mirror.append(lines.slice(done, number).map((line) => `${line}\n`).join(""), mark);
      done = number;
      return mark;
    });
    mirror.append(lines.slice(done).join("\n"));
    const start = mirror.getBoundingClientRect().top + parseFloat(style.paddingTop);
    const found = marks.map((mark) => mark.getBoundingClientRect().top - start);
    mirror.replaceChildren();
    return found;
  };

  const room = (pane) => pane.scrollHeight - pane.clientHeight;

  // Pairs (place in the text, place in the preview) that rise on both sides.
  const pairsOf = (editor, preview, mirror) => {
    const prose = preview.querySelector(".prose");
    const blocks = matched(editor.value, prose);
    // Where there is room the checklist stays at the top and covers what is below it.
    const checklist = preview.querySelector(".checklist");
    const stays = checklist && getComputedStyle(checklist).position === "sticky";
    const covered = stays ? checklist.offsetHeight : 0;
    const above = preview.getBoundingClientRect().top - preview.scrollTop + covered;
    const places = tops(editor, mirror, blocks.map(([number]) => number));
    const pairs = [[0, 0]];
    blocks.forEach(([, element], index) => {
      const pair = [places[index], element.getBoundingClientRect().top - above];
      const isAfter = pair.every((place, side) => place > pairs.at(-1)[side]);
      if (isAfter && pair[0] < room(editor) && pair[1] < room(preview)) pairs.push(pair);
    });
    return [...pairs, [room(editor), room(preview)]];
  };

  // The place on the other side, between the two pairs around this one.
  const counterpart = (pairs, place, side) => {
    const next = pairs.findIndex((pair) => pair[side] > place);
    if (next < 1) return next === 0 ? 0 : pairs.at(-1)[1 - side];
    const [before, after] = [pairs[next - 1], pairs[next]];
    const share = (place - before[side]) / (after[side] - before[side]);
    return before[1 - side] + share * (after[1 - side] - before[1 - side]);
  };

  const keepInStep = (parent) => {
    const editor = parent.querySelector(".markdownx-editor");
    const preview = parent.querySelector(".markdownx-preview");
    const mirror = document.createElement("div");
    mirror.className = "editor-mirror";
    mirror.setAttribute("aria-hidden", "true");
    parent.append(mirror);
    const panes = [editor, preview];
    let leader = editor;
    let pairs = null;
    let isAsked = false;
    const follow = () => {
      isAsked = false;
      pairs ??= pairsOf(editor, preview, mirror);
      const side = panes.indexOf(leader);
      panes[1 - side].scrollTop = counterpart(pairs, leader.scrollTop, side);
    };
    const ask = () => {
      if (!isAsked) requestAnimationFrame(follow);
      isAsked = true;
    };
    const measureAgain = () => {
      pairs = null;
      ask();
    };
    for (const pane of panes) {
      // Only the pane in use leads, or each would move the other for ever.
      for (const use of ["wheel", "touchstart", "pointerdown", "keydown", "focusin"]) {
        pane.addEventListener(use, () => (leader = pane), { passive: true });
      }
      pane.addEventListener("scroll", () => pane === leader && ask(), { passive: true });
      new ResizeObserver(measureAgain).observe(pane);
    }
    parent.addEventListener("markdownx.update", measureAgain);
    // Pictures that arrive and charts that unfold move what is below them.
    preview.addEventListener("load", measureAgain, true);
    preview.addEventListener("toggle", measureAgain, true);
    preview.addEventListener("click", (event) => {
      const button = event.target.closest(".to-line");
      if (!button) return;
      const number = Number(button.value) - 1;
      const lines = editor.value.split("\n");
      const start = lines.slice(0, number).join("\n").length + (number > 0);
      editor.focus();
      editor.setSelectionRange(start, start + (lines[number] ?? "").length);
      const [top] = tops(editor, mirror, [number]);
      editor.scrollTop = top - editor.clientHeight / 3;
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".markdownx").forEach(keepInStep);
  });
})();
