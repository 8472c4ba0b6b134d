"""What the rooms above may want to know of the glossary."""

from django.dispatch import Signal

# Sent inside the transaction in which forms became or ceased to be live.
# Arguments: forms, a set of the words concerned; within, None for every page, else the
# keys of the only revisions that it can concern, by the label of their model.
vocabulary_changed = Signal()
# Sent when an editor decided which words a few pages never link.
# Argument: pages, the keys of the pages by kind ("articles.article").
words_rejected = Signal()
