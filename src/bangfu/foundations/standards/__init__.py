"""Standards: dated, placed figures and settings, each with its document, entered by one person, confirmed by another.

The circular gives no threshold (they stand in 冀工办发〔2017〕37号) and leaves open the notice period, the quorum, the
vote rule, the intervals and the deadlines. What is not entered here is unknown (figures) or has a default that is
shown as 通知未规定 (settings).
"""
