"""Apply: 附件1 授权书, 附件2 困难职工申报表 (the applicant's part), 附件3 工资收入证明, the checklist of papers (（一）2)."""
