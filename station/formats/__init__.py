"""Files of other programs: one small module a family, `read(path)` to spectra and, where it makes sense, `write`."""
