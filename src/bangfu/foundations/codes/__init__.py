"""Codes: the code lists, the divisions of Hebei, the clock, the calendar and the checks of numbers.

Serves 附件2, 附件6 and 附件8: every tick box and every list of the circular 冀工办发〔2017〕44号, and the dates
on all forms. Knows nothing of unions, people or cases: everything else stands on this.
"""
