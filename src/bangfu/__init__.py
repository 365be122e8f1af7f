"""帮扶: finding, filing and helping households of workers in hardship (冀工办发〔2017〕44号)."""
