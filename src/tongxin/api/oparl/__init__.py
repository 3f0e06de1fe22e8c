"""The public subset by OParl 1.1: who sits where, and the plenary's and the standing committee's meetings.

Off unless the set-up names the office.  What is public is written down by a publication, a step of its own; the open
interface reads what was published and never the register.
"""
