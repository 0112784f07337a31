"""What kind of matter it is (事项分类): the names that orders, the catalogue and the language pipeline share."""

from __future__ import annotations

KINDS = ("consultation", "assistance", "complaint", "report", "suggestion", "praise")
"""咨询、求助、投诉、举报、建议、表扬."""
