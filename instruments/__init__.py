"""What touches hardware: spectrometers, light sources, the process that guards them, the virtual bench."""
