"""The indicators: which way is better, whose plan judges them, and how they are worked out of the measures.

A line is: code, direction (+ higher, - lower, 0 neither is better), plan, what the numerator counts, formula. Plan:
`own` is the unit's own, `above` also that of the nearest unit above; a number after it is the target that holds without
any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

_LINES = """
members                               + -        people   = members_end
members_growth_since_1997             + -        people   = growth of members_end since 1997
members_growth_yoy                    + -        people   = growth of members_end
net_change                            0 -        people   = members_end - members_start
admissions                            + own      people   = admitted
admissions_plan_rate                  + above:1  people   = admitted over the plan of admissions
admission_rate                        + -        people   = admitted / members_start
admissions_per_year_mean              + -        people   = admitted by year
readmissions                          0 -        people   = readmitted
made_official                         0 -        people   = made_official
probation_refused_share               0 -        people   = probation_refused / made_official + probation_refused
female_admission_share                + above    people   = female_admitted / admitted
ethnic_minority_admission_share       + above    people   = ethnic_minority_admitted / admitted
youth_union_admission_share           + above    people   = youth_union_admitted / admitted
worker_admissions                     + own      people   = workers_admitted
private_worker_admissions             + own      people   = private_workers_admitted
private_owner_admissions              + own      people   = private_owners_admitted
good_farmer_admissions                + own      people   = good_farmers_admitted
village_head_admissions               + own      people   = village_heads_admitted
mass_head_admissions                  + own      people   = mass_heads_admitted
village_heads_member_share            + above:3/4 people  = village_heads_members / village_heads
village_deputies_member_share         + above    people   = village_deputies_members / village_deputies
mass_heads_member_share               + above    people   = mass_heads_members / mass_heads
village_heads_in_committee_share      + above    people   = village_heads_in_committee / village_heads
village_heads_deputy_secretary_share  + above    people   = village_heads_deputy_secretary / village_heads
village_heads_secretary_share         + above    people   = village_heads_secretary / village_heads
village_terms_aligned_share           + above    villages = village_terms_aligned / villages
villages_without_members              - own:0    villages = villages_without_members
elected_share                         + -        people   = members_elected / members_nominated
bases_without_admission               - -        bases    = bases_without_admission
bases_without_admission_share         - -        bases    = bases_without_admission / bases_not_excused
cells_without_admission_3y            - -        cells    = cells_without_admission_3y
small_cells                           - -        cells    = small_cells
course_pass_share                     + -        people   = course_passed / course_tested
course_to_admission                   0 -        people   = admitted / course_passed
introduced_by_unions                  + -        people   = introduced_by_youth_union + introduced_by_trade_union
removals                              0 -        people   = expelled + struck_off + resigned
removal_rate                          0 -        people   = expelled + struck_off + resigned / members_start
in_transit                            0 own:0    people   = in transit
exempt_share                          0 -        people   = exempt_end / members_end
abroad_lost_contact                   - -        people   = abroad_lost_contact
duty_assigned_share                   + above    people   = duty_assigned / duty_due
residence_contact_share               + above    people   = residence_introduced / residence_due
residence_feedback_share              + above    people   = residence_feedback / residence_introduced
dossier_complete_share                + above    dossiers = dossiers_complete / dossiers_due
dossier_updated_share                 + above    dossiers = dossiers_updated / dossiers_due
dossiers_missing                      - own:0    dossiers = dossiers_missing
dossiers_lost                         - own:0    dossiers = dossiers_lost
database_share                        + above:1  people   = records_in_database / members_end
meetings_held_share                   + above    meetings = meetings_held / meetings_due
meeting_attendance_share              + above    visits   = meeting_attendance / meeting_attendance_due
committee_visits_share                + above:1  visits   = committee_visits_made / committee_visits_due
study_share                           + above    visits   = study_attended / study_due
inspections_share                     + above:1  cases    = inspections_done / inspections_due
violations_found                      - own:0    cases    = violations_found
irregular_admissions                  - own:0    cases    = irregular_admissions
transfers_irregular                   - own:0    cases    = transfers_irregular
reviewed_share                        + above:1  people   = reviewed / reviewed_due
rated_excellent_share                 0 above    people   = rated_excellent / rated
rated_failed_share                    - above    people   = rated_failed / rated
cells_excellent_share                 0 above    cells    = cells_excellent / cells_rated
cells_failed_share                    - above    cells    = cells_failed / cells_rated
remedy_plan_share                     + above    cells    = cells_with_remedy / cells_rated
private_worker_admissions_per_1000    + -        people   = private_workers_admitted / private_workers * 1000
private_worker_gap                    + above:0  people   = growth of private_workers_admitted - private_workers
private_units_with_party_share        + above    firms    = private_units_with_party / private_units
private_units_with_union_share        + above    firms    = private_units_with_union / private_units
private_units_with_youth_share        + above    firms    = private_units_with_youth / private_units
party_orgs_founded                    + own      bodies   = party_orgs_founded
unions_founded                        + own      bodies   = unions_founded
youth_cells_founded                   + own      bodies   = youth_cells_founded
zone_members_moved_share + above people = zone_members_moved / zone_members_moved + zone_members_resident
returns_on_time_share                 + above:1  returns  = returns_on_time / returns_due
returns_complete_share                + above:1  returns  = returns_complete / returns_due
task_coverage                         + -        tasks    = tasks_due_done / tasks_due
"""


@dataclass(frozen=True)
class Indicator:
    """A line of the catalogue."""

    code: str
    direction: str
    plan: str
    standard: Fraction | None
    counts: str
    formula: str

    @property
    def over(self) -> Sequence[str]:
        """The measures of the numerator, or those that are summed."""
        return _measures(self.formula.split(" / ")[0])

    @property
    def under(self) -> Sequence[str]:
        """The measures of the denominator."""
        return _measures(self.formula.partition(" / ")[2].partition(" * ")[0])

    @property
    def per(self) -> int:
        """What a rate is counted per."""
        return int(self.formula.partition(" * ")[2] or 1)


_RATED = "rated_excellent + rated_good + rated_fulfilled + rated_failed"


def _measures(text: str) -> Sequence[str]:
    return (_RATED if text == "rated" else text).split(" + ") if text else []


def _read(line: str) -> Indicator:
    about, _, formula = line.partition(" = ")
    code, direction, plan, counts = about.split()
    whose, _, standard = plan.partition(":")
    return Indicator(code, direction, whose, Fraction(standard) if standard else None, counts, formula)


INDICATORS: Mapping[str, Indicator] = {one.code: one for one in map(_read, _LINES.strip().splitlines())}

# Ratings under Regulation 132-QĐ/TW of 8 March 2018 are others than before: the series do not join.
REDEFINED: Mapping[str, Sequence[date]] = {
    code: (date(2018, 3, 8),)
    for code in INDICATORS
    if code.startswith(("rated_", "cells_")) and code.endswith("_share")
}
