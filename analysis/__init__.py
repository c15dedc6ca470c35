"""The vocabulary of spectra and findings, and all the science, as pure functions on arrays.

Nothing here knows files, clocks, threads, windows or hardware.
"""
