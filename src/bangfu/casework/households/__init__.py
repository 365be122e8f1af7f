"""The household, its members and circumstances: one questionnaire, three witnesses (附件2, 附件6).

`declared` is what the applicant wrote, `verified` what the visit found, `filed` what stands in the archive.
"""
