"""A spectrometer made of bytes, under the stock driver: bus, firmware, LED driver and the bench behind them."""
