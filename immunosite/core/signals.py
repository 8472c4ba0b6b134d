"""What other rooms may want to hear of. Names are in the past tense."""

from django.dispatch import Signal

# A revision took a step over the desk: revision, action ("submit", "approve" …), by,
# and the step's own details (note …). Sent within the step's transaction.
transitioned = Signal()

# Somebody said something of a paragraph: comment, revision. Sent within the transaction.
commented = Signal()

# An expert outside was asked for a sign-off: link, revision, token. Sent within the
# transaction; the token is known to nobody afterwards.
invited = Signal()

# Tags were merged, a merge was undone, or a tag was deleted. Argument: bearers, the keys
# of all that bears or bore those tags, by the label of its model
# ("articles.articlerevision"). Sent within the transaction.
tags_changed = Signal()
