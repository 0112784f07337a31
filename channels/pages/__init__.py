"""Pages that a message opens (进度与评价页): where a case stands, and its rating, behind signed short-lived links."""
