"""The knowledge base for units and editors: an interface under ``/api/kb``, a page under ``/desk/kb``. See docs/knowledge.md."""
