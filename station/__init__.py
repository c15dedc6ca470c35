"""The instrument station without its screen: acquisition, session, run, run file, headless commands."""

__version__ = "0.1.0"
