// The rules for the readers' pages; tests/browser/test_validity.py asks for them.
export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:standard"],
  rules: {
    // Either case is valid; ours is lower, Django's upper.
    "doctype-style": "off",
    // Empty lines are what template tags leave behind.
    "no-trailing-whitespace": "off",
    // Several boxes of one name are how a form asks for several answers.
    "form-dup-name": ["error", { shared: ["checkbox", "radio", "submit", "button"] }],
    // A wide table scrolls in a region of its own. A section would be one more part of
    // the article's outline.
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
};
