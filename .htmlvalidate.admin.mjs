// The rules for the admin: those for readers' pages, less what Django's own templates
// don't keep to.
import readers from "./.htmlvalidate.mjs";

export default {
  ...readers,
  rules: {
    ...readers.rules,
    // The buttons of Django's theme and sidebar have no type, its lists no tbody.
    "no-implicit-button-type": "off",
    "prefer-tbody": "off",
    // Django's buttons are inputs, and its style sheet knows them by that.
    "prefer-button": "off",
    // A label around a box also names it by "for"; a hidden field has a (hidden) label.
    "no-redundant-for": "off",
    "valid-for": "off",
    // Django's fieldsets are named by a heading, its row headings have no scope, and the
    // form around a list without actions has no button.
    "wcag/h71": "off",
    "wcag/h63": "off",
    "wcag/h32": "off",
  },
};
