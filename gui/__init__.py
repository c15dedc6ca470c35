"""Windows, widgets and plots; nothing is computed or saved here."""
