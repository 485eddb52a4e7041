"""Every sentence that people read. Nothing here sends anything."""
