// The reference implementation of CSL, citeproc-js: what it makes of items.
//
// In, as JSON: {locale: path, styles: {name: path}, items: [CSL-JSON]}.
// Out, as JSON: {style: [the entry of each item, in HTML]}.

import { readFileSync } from "node:fs";
import CSL from "citeproc";

const given = JSON.parse(readFileSync(0, "utf8"));
const locale = readFileSync(given.locale, "utf8");
const items = new Map(given.items.map((item) => [item.id, item]));
const system = {
  retrieveLocale: () => locale,
  retrieveItem: (id) => structuredClone(items.get(id)),
};

function entries(path) {
  const engine = new CSL.Engine(system, readFileSync(path, "utf8"), "en-US");
  // One at a time: nothing is there from which it would have to be told apart.
  return given.items.map(({ id }) => {
    engine.updateItems([id]);
    return engine.makeBibliography()[1].join("");
  });
}

const made = Object.entries(given.styles).map(([name, path]) => [name, entries(path)]);
process.stdout.write(JSON.stringify(Object.fromEntries(made)));
