"""Files of other programs: one small module a family; `families.py` knows which reads single spectra."""
