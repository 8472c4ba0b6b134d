"""What other rooms may want to hear of. Names are in the past tense."""

from django.dispatch import Signal

# References were merged; pages that cited both are stale. Sent within the transaction.
references_merged = Signal()
