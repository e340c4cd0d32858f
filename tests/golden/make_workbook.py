"""Writes golden.xlsx: made-up returns of three districts over three years, every indicator as a spreadsheet formula.

`make golden` runs it when an indicator has been added: LibreOffice computes the formulas, whose results the test reads.
Nothing here is taken from the program: the formulas are written from the definitions of the indicators.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook, load_workbook

GOLDEN = Path(__file__).with_name("golden.xlsx")

YEARS = (2018, 2019, 2020)
DISTRICTS = ("HA", "HB", "HC")

# cell, base, district, residential (1) or not, first and last year
CELLS = (
    ("HA.1.1", "HA.1", "HA", 1, 2018, 2020),
    ("HA.1.2", "HA.1", "HA", 1, 2018, 2020),
    ("HA.2", "HA.2", "HA", 0, 2018, 2020),
    ("HB.1.1", "HB.1", "HB", 1, 2018, 2020),
    ("HB.1.2", "HB.1", "HB", 1, 2018, 2020),
    ("HB.1.3", "HB.1", "HB", 1, 2018, 2020),
    ("HC.1.1", "HC.1", "HC", 1, 2018, 2020),
    ("HC.1.2", "HC.1", "HC", 1, 2018, 2019),
    ("HC.2.1", "HC.2", "HC", 1, 2018, 2019),
    ("HC.1.3", "HC.1", "HC", 1, 2020, 2020),  # HC.1.2 and HC.2.1 became this cell when HC.1 absorbed HC.2
)
BASES = (
    ("HA.1", "HA", 2018, 2020),
    ("HA.2", "HA", 2018, 2020),
    ("HB.1", "HB", 2018, 2020),
    ("HC.1", "HC", 2018, 2020),
    ("HC.2", "HC", 2018, 2019),
)
ADMITTED = {  # by cell: 2018, 2019, 2020
    "HA.1.1": (3, 1, 2),
    "HA.1.2": (0, 0, 0),
    "HA.2": (4, 0, 6),
    "HB.1.1": (2, 5, 3),
    "HB.1.2": (1, 0, 0),
    "HB.1.3": (0, 0, 0),
    "HC.1.1": (7, 2, 4),
    "HC.1.2": (0, 0, 0),
    "HC.2.1": (0, 0, 0),
    "HC.1.3": (0, 0, 0),
}
EXCUSED = {("HB.1.3", 2018), ("HB.1.3", 2019), ("HB.1.3", 2020), ("HC.2.1", 2019)}
MEMBERS = {  # at the end of 2018, 2019, 2020
    "HA.1.1": (31, 30, 33),
    "HA.1.2": (12, 11, 10),
    "HA.2": (22, 21, 29),
    "HB.1.1": (18, 24, 26),
    "HB.1.2": (4, 4, 5),
    "HB.1.3": (9, 8, 8),
    "HC.1.1": (40, 41, 45),
    "HC.1.2": (3, 3, 0),
    "HC.2.1": (4, 2, 0),
    "HC.1.3": (0, 0, 6),
}
FORMS = {
    "B1": (
        "members_start admitted transferred_in_district transferred_in_base expelled struck_off resigned "
        "transferred_out_district transferred_out_base members_end exempt_end abroad_lost_contact"
    ),
    "B2": (
        "admitted female_admitted ethnic_minority_admitted youth_union_admitted readmitted workers_admitted "
        "private_workers_admitted private_owners_admitted good_farmers_admitted village_heads_admitted "
        "mass_heads_admitted no_masses_left introduced_by_youth_union introduced_by_trade_union course_tested "
        "course_passed made_official probation_refused"
    ),
    "B3": (
        "villages villages_without_members village_heads village_heads_members village_heads_in_committee "
        "village_heads_deputy_secretary village_heads_secretary village_deputies village_deputies_members mass_heads "
        "mass_heads_members village_terms_aligned members_nominated members_elected"
    ),
    "B4": (
        "duty_due duty_assigned residence_due residence_introduced residence_feedback dossiers_due dossiers_complete "
        "dossiers_updated dossiers_missing dossiers_lost records_in_database meetings_due meetings_held "
        "meeting_attendance_due meeting_attendance committee_visits_due committee_visits_made study_due study_attended "
        "transfers_irregular inspections_due inspections_done violations_found irregular_admissions"
    ),
    "B5": (
        "private_units private_units_with_party private_units_with_union private_units_with_youth private_workers "
        "zone_members_resident party_orgs_founded unions_founded youth_cells_founded zone_members_moved"
    ),
    "B6": "reviewed_due reviewed rated_excellent rated_good rated_fulfilled rated_failed cell_rating remedy_plan",
}
RATINGS = ("HTXSNV", "HTTNV", "HTNV", "KHTNV")
LS_1997 = {"HA": 40, "HB": 21, "HC": 30}
PLANS = {"T": (18, 15, 16), "HA": (8, 6, 7), "HB": (4, 4, 4), "HC": (6, 5, 5)}
TASKS = (  # task, owner, yearly (1) or once (0), year owed, done (1) or not
    *(("NV02", district, 1, year, year + place != 2020) for place, district in enumerate(DISTRICTS) for year in YEARS),
    ("NV01", "HA", 0, 2020, True),
    ("NV01", "HB", 0, 2020, False),
    ("NV05", "outside the registry", 0, 2020, True),
)
LATE = {("HB", "B3", 2019), ("HC", "B1", 2020)}

# Indicators: {measure} is its sum over the unit and year, {measure@-1} that of the year before.
SHARES = (
    "readmissions={readmitted}",
    "made_official={made_official}",
    "probation_refused_share={probation_refused}/({made_official}+{probation_refused})",
    "female_admission_share={female_admitted}/{B2!admitted}",
    "ethnic_minority_admission_share={ethnic_minority_admitted}/{B2!admitted}",
    "youth_union_admission_share={youth_union_admitted}/{B2!admitted}",
    "worker_admissions={workers_admitted}",
    "private_worker_admissions={private_workers_admitted}",
    "private_owner_admissions={private_owners_admitted}",
    "good_farmer_admissions={good_farmers_admitted}",
    "village_head_admissions={village_heads_admitted}",
    "mass_head_admissions={mass_heads_admitted}",
    "village_heads_member_share={village_heads_members}/{village_heads}",
    "village_deputies_member_share={village_deputies_members}/{village_deputies}",
    "mass_heads_member_share={mass_heads_members}/{mass_heads}",
    "village_heads_in_committee_share={village_heads_in_committee}/{village_heads}",
    "village_heads_deputy_secretary_share={village_heads_deputy_secretary}/{village_heads}",
    "village_heads_secretary_share={village_heads_secretary}/{village_heads}",
    "village_terms_aligned_share={village_terms_aligned?villages}/{villages?village_terms_aligned}",
    "villages_without_members={villages_without_members}",
    "elected_share={members_elected}/{members_nominated}",
    "course_pass_share={course_passed}/{course_tested}",
    "course_to_admission={B2!admitted}/{course_passed}",
    "introduced_by_unions={introduced_by_youth_union}+{introduced_by_trade_union}",
    "members={members_end}",
    "net_change={members_end}-{members_start}",
    "admissions={B1!admitted}",
    "admission_rate={B1!admitted}/{members_start}",
    "removals={expelled}+{struck_off}+{resigned}",
    "removal_rate=({expelled}+{struck_off}+{resigned})/{members_start}",
    "exempt_share={exempt_end}/{members_end}",
    "abroad_lost_contact={abroad_lost_contact}",
    "duty_assigned_share={duty_assigned}/{duty_due}",
    "residence_contact_share={residence_introduced}/{residence_due}",
    "residence_feedback_share={residence_feedback}/{residence_introduced}",
    "dossier_complete_share={dossiers_complete}/{dossiers_due}",
    "dossier_updated_share={dossiers_updated}/{dossiers_due}",
    "dossiers_missing={dossiers_missing}",
    "dossiers_lost={dossiers_lost}",
    "database_share={records_in_database}/{members_end}",
    "meetings_held_share={meetings_held}/{meetings_due}",
    "meeting_attendance_share={meeting_attendance}/{meeting_attendance_due}",
    "committee_visits_share={committee_visits_made}/{committee_visits_due}",
    "study_share={study_attended}/{study_due}",
    "inspections_share={inspections_done}/{inspections_due}",
    "violations_found={violations_found}",
    "irregular_admissions={irregular_admissions}",
    "transfers_irregular={transfers_irregular}",
    "reviewed_share={reviewed}/{reviewed_due}",
    "rated_excellent_share={rated_excellent}/({rated_excellent}+{rated_good}+{rated_fulfilled}+{rated_failed})",
    "rated_failed_share={rated_failed}/({rated_excellent}+{rated_good}+{rated_fulfilled}+{rated_failed})",
    "private_worker_admissions_per_1000={private_workers_admitted}/{private_workers}*1000",
    "private_units_with_party_share={private_units_with_party}/{private_units}",
    "private_units_with_union_share={private_units_with_union}/{private_units}",
    "private_units_with_youth_share={private_units_with_youth}/{private_units}",
    "party_orgs_founded={party_orgs_founded}",
    "unions_founded={unions_founded}",
    "youth_cells_founded={youth_cells_founded}",
    "zone_members_moved_share={zone_members_moved}/({zone_members_moved}+{zone_members_resident})",
)
SINCE_2019 = (
    "members_growth_yoy={members_end}/{members_end@-1}-1",
    (
        "private_worker_gap={private_workers_admitted}/{private_workers_admitted@-1}"
        "-{private_workers}/{private_workers@-1}"
    ),
)
COUNTED = (
    'small_cells=COUNTIFS([B1!year],$Y,[B1!district],$D,[B1!members_end],"<5")',
    "bases_without_admission=SUMIFS([bases!without],[bases!year],$Y,[bases!district],$D)",
    (
        "bases_without_admission_share=SUMIFS([bases!without],[bases!year],$Y,[bases!district],$D)"
        "/SUMIFS([bases!counted],[bases!year],$Y,[bases!district],$D)"
    ),
    (
        'cells_excellent_share=COUNTIFS([B6!year],$Y,[B6!district],$D,[B6!cell_rating],"HTXSNV")'
        "/COUNTIFS([B6!year],$Y,[B6!district],$D)"
    ),
    (
        'cells_failed_share=COUNTIFS([B6!year],$Y,[B6!district],$D,[B6!cell_rating],"KHTNV")'
        "/COUNTIFS([B6!year],$Y,[B6!district],$D)"
    ),
    (
        "remedy_plan_share=COUNTIFS([B6!year],$Y,[B6!district],$D,[B6!remedy_plan],1)"
        "/COUNTIFS([B6!year],$Y,[B6!district],$D)"
    ),
    "admissions_plan_rate={B1!admitted}/SUMIFS([KH!value],[KH!year],$Y,[KH!unit],$U)",
    "members_growth_since_1997={members_end}/SUMIFS([LS!members_end],[LS!district],$D)-1",
    (
        "returns_on_time_share=COUNTIFS([received!year],$Y,[received!district],$D,[received!day],"
        '"<="&DATE($Y+1,1,20))/COUNTIFS([received!year],$Y,[received!district],$D)'
    ),
    (
        "returns_complete_share=SUMIFS([received!complete],[received!year],$Y,[received!district],$D)"
        "/COUNTIFS([received!year],$Y,[received!district],$D)"
    ),
    (
        "task_coverage=COUNTIFS([tasks!year],$Y,[tasks!owner],$D,[tasks!done],1)"
        "/COUNTIFS([tasks!year],$Y,[tasks!owner],$D)"
    ),
)
PROVINCE_ONLY = (
    (
        "in_transit=({transferred_in_district}+{transferred_in_base})"
        "-({transferred_out_district}+{transferred_out_base})"
    ),
)
DISTRICT_ONLY = ("in_transit={transferred_in_base}-{transferred_out_base}",)

FIRST = ("unit", "base", "district", "year")
Sheets = dict[str, dict[str, str]]


def letter(place: int) -> str:
    """The name of a column, counted from 0."""
    return letter(place // 26 - 1) + chr(65 + place % 26) if place >= 26 else chr(65 + place)


def made_up(measure: str, place: int, row: int, year: int) -> int:
    """A small count; parts follow their whole in a form and are smaller."""
    spread = (row * 7 + place * 5 + (year - 2018) * 3 + len(measure)) % 6
    wholes = (
        "_due",
        "villages",
        "village_heads",
        "mass_heads",
        "village_deputies",
        "private_units",
        "members_nominated",
    )
    if measure in {"private_workers", "meeting_attendance_due", "study_due"}:
        return 120 + 13 * spread + 10 * (year - 2018) * (row + 1)
    if measure.endswith(wholes) or measure in {"course_tested", "residence_introduced"}:
        return 12 + spread
    return 3 + spread


def given(form: str, measure: str, place: int, row: tuple[str, int, int]) -> int | str | None:
    """The value returned by a unit; None for a blank."""
    unit, number, year = row
    if measure == "admitted":
        return ADMITTED[unit][year - 2018]
    if measure == "members_end":
        return MEMBERS[unit][year - 2018]
    if measure == "members_start":
        return MEMBERS[unit][year - 2018] - ADMITTED[unit][year - 2018] + number % 3
    if measure == "no_masses_left":
        return 1 if (unit, year) in EXCUSED else None
    if measure == "cell_rating":
        return RATINGS[(number + year) % 4]
    if measure == "remedy_plan":
        return 1 if (number + year) % 4 == 3 else None
    if (unit, year, measure) == ("HB.1.2", 2019, "villages"):
        return None
    return made_up(measure, place, number, year)


def write_form(book: Workbook, form: str) -> dict[str, str]:
    """Writes a sheet of returns; returns the range of each column."""
    measures = FORMS[form].split()
    residential = {cell for cell, _, _, kind, _, _ in CELLS if kind}
    units = BASES if form == "B5" else tuple((c, d, first, last) for c, _, d, _, first, last in CELLS)
    base_of = {cell: base for cell, base, *_ in CELLS} | {base: base for base, *_ in BASES}
    rows: list[tuple[object, ...]] = []
    for number, (unit, district, first, last) in enumerate(units):
        if form == "B3" and unit not in residential:
            continue
        for year in range(first, last + 1):
            values = [given(form, measure, place, (unit, number, year)) for place, measure in enumerate(measures)]
            rows.append((unit, base_of[unit], district, year, *values))
    return write_table(book, form, (*FIRST, *measures), rows)


def write_table(book: Workbook, name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> dict[str, str]:
    """Writes a sheet of inputs or counts by formula; returns the range of each column."""
    sheet = book.create_sheet(name)
    for row in (columns, *rows):
        sheet.append(row)
    return {column: f"{name}!${letter(i)}$2:${letter(i)}${len(rows) + 1}" for i, column in enumerate(columns)}


def bases(sheets: Sheets) -> list[tuple[object, ...]]:
    """Each base and year: admitted, cells, cells excused; whether it counts, and as one that admitted nobody."""
    rows: list[tuple[object, ...]] = []
    for base, district, first, last in BASES:
        for year in range(first, last + 1):
            n, b1, b2 = len(rows) + 2, sheets["B1"], sheets["B2"]
            where = f"{{year}},C{n},{{base}},A{n}"
            rows.append(
                (
                    base,
                    district,
                    year,
                    f"=SUMIFS({b1['admitted']},{where.format(**b1)})",
                    f"=COUNTIFS({where.format(**b1)})",
                    f"=COUNTIFS({where.format(**b2)},{b2['no_masses_left']},1)",
                    f"=IF(E{n}=F{n},0,1)",
                    f"=IF(AND(G{n}=1,D{n}=0),1,0)",
                )
            )
    return rows


def formula(template: str, sheets: Sheets, unit: str, year: int) -> str:
    """A template with its measures as sums over a unit and year."""
    district = '"*"' if unit == "T" else f'"{unit}"'

    def ranged(found: re.Match[str]) -> str:
        form, _, name = found[1].partition("!")
        if name not in sheets.get(form, {}):
            raise SystemExit(f"[{found[1]}] in {template!r}: no sheet {form!r} has a column {name!r}.")
        return sheets[form][name]

    def summed(found: re.Match[str]) -> str:
        named, back = [*found[1].split("@"), "0"][:2]
        named, _, other = named.partition("?")
        form, _, measure = named.rpartition("!")
        form = form or next((code for code, names in FORMS.items() if measure in names.split()), "")
        if measure not in sheets.get(form, {}):
            raise SystemExit(
                f"{{{found[1]}}} in {template!r}: no sheet gives the measure {measure!r}. "
                "Append it to the measures of its form in FORMS of tests/golden/make_workbook.py."
            )
        ranges = sheets[form]
        extra = f',{ranges[other]},"<>"' if other else ""
        scope = f"{ranges['year']},{year + int(back)},{ranges['district']},{district}"
        return f"SUMIFS({ranges[measure]},{scope}{extra})"

    text = template.replace("$Y", str(year)).replace("$D", district).replace("$U", f'"{unit}"')
    text = re.sub(r"\[([^]]+)\]", ranged, text)
    return "=" + re.sub(r"\{([^}]+)\}", summed, text)


def expected(sheets: Sheets) -> list[tuple[object, ...]]:
    """indicator, unit, period, basis, value."""
    rows: list[tuple[object, ...]] = []
    for unit, year in product(("T", *DISTRICTS), YEARS):
        templates = [*SHARES, *COUNTED, *(PROVINCE_ONLY if unit == "T" else DISTRICT_ONLY)]
        templates += SINCE_2019 if year > 2018 else ()
        for template in templates:
            code, _, text = template.partition("=")
            rows.append((code, unit, str(year), "reported", formula(text, sheets, unit, year)))
    for unit in ("T", *DISTRICTS):
        total = "{B1!admitted}+{B1!admitted@-1}+{B1!admitted@-2}"
        rows.append(
            ("admissions_per_year_mean", unit, "2018..2020", "reported", formula(f"({total})/3", sheets, unit, 2020))
        )
    return [*rows, *reorganised(sheets)]


def reorganised(sheets: Sheets) -> list[tuple[object, ...]]:
    """What the merger of 1 January 2020 decides: HC.1.3 has the past of HC.1.2 and HC.2.1, HC.1 that of HC.2."""
    b1 = sheets["B1"]
    rows: list[tuple[object, ...]] = []
    # A residential cell of 2020, not excused, with no admission in its line in any of the three years.
    lines: dict[str, tuple[str, ...]] = {cell: (cell,) for cell, _, _, kind, _, last in CELLS if kind and last == 2020}
    lines["HC.1.3"] = ("HC.1.3", "HC.1.2", "HC.2.1")
    home = {cell: district for cell, _, district, *_ in CELLS}
    for unit in ("T", *DISTRICTS):
        counts = []
        for cell, line in lines.items():
            if unit in {"T", home[cell]}:
                admitted = "+".join(f'SUMIFS({b1["admitted"]},{b1["unit"]},"{one}")' for one in line)
                b2 = sheets["B2"]
                flag = f'COUNTIFS({b2["unit"]},"{cell}",{b2["year"]},2020,{b2["no_masses_left"]},1)'
                counts.append(f"IF(AND({admitted}=0,{flag}=0),1,0)")
        rows.append(("cells_without_admission_3y", unit, "2020", "reported", "=" + "+".join(counts)))
    for year, measure, code in product(YEARS, ("members_end", "admitted"), ("HC.1",)):
        both = "+".join(f'SUMIFS({b1[measure]},{b1["year"]},{year},{b1["base"]},"{base}")' for base in (code, "HC.2"))
        rows.append((("members", "admissions")[measure == "admitted"], code, str(year), "today", f"={both}"))
    for year in (2018, 2019):
        # On today's map HC.1.2 and HC.2.1 are one cell of their members together.
        apart = f'COUNTIFS({b1["year"]},{year},{b1["district"]},"HC",{b1["members_end"]},"<5")'
        two = [f'SUMIFS({b1["members_end"]},{b1["year"]},{year},{b1["unit"]},"{one}")' for one in ("HC.1.2", "HC.2.1")]
        small = "+".join(f"IF({one}<5,1,0)" for one in two)
        rows.append(("small_cells", "HC", str(year), "today", f"={apart}-({small})+IF({'+'.join(two)}<5,1,0)"))
    return rows


def write(path: Path) -> None:
    """The workbook, its formulas without values."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {form: write_form(book, form) for form in FORMS}
    plans = [(unit, year, value) for unit, values in PLANS.items() for year, value in zip(YEARS, values, strict=True)]
    sheets["KH"] = write_table(book, "KH", ("unit", "year", "value"), list(plans))
    history = [(district, 1997, members) for district, members in LS_1997.items()]
    sheets["LS"] = write_table(book, "LS", ("district", "year", "members_end"), list(history))
    tasks = [(*line[:-1], int(line[-1])) for line in TASKS]
    sheets["tasks"] = write_table(book, "tasks", ("task", "owner", "yearly", "year", "done"), list(tasks))
    received: list[tuple[object, ...]] = []
    for district, form, year in product(DISTRICTS, FORMS, YEARS):
        day = 25 if (district, form, year) in LATE else 15
        whole = 0 if (district, form, year) == ("HB", "B3", 2019) else 1
        received.append((district, form, year, f"=DATE({year + 1},1,{day})", whole))
    sheets["received"] = write_table(book, "received", ("district", "form", "year", "day", "complete"), received)
    columns = ("base", "district", "year", "admitted", "cells", "excused", "counted", "without")
    sheets["bases"] = write_table(book, "bases", columns, bases(sheets))
    write_table(book, "expected", ("indicator", "unit", "period", "basis", "value"), expected(sheets))
    book.save(path)


def computed(folder: Path) -> Path:
    """The workbook, its formulas with the values that LibreOffice gives them."""
    draft, result = folder / GOLDEN.name, folder / "computed" / GOLDEN.name
    write(draft)
    program = next((found for found in map(shutil.which, ("soffice", "libreoffice")) if found), None)
    if program is None:
        raise SystemExit("LibreOffice computes the golden workbook: install it so that soffice is found in PATH.")
    options = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command = [program, *options, "--convert-to", "xlsx", "--outdir", str(result.parent), str(draft)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if not result.is_file():
        raise SystemExit(f"LibreOffice wrote no workbook: {finished.stdout}{finished.stderr}")
    return result


def unanswered(path: Path) -> Iterator[str]:
    """The rows of the sheet "expected" whose formula gave no number."""
    for code, unit, period, basis, value in load_workbook(path, data_only=True)["expected"].iter_rows(
        min_row=2, values_only=True
    ):
        if not isinstance(value, int | float):
            yield f"{code}, {unit}, {period}, {basis}: the formula gives {value!r}, not a number."


def main() -> None:
    """Replaces golden.xlsx, unless a formula gives no number."""
    with TemporaryDirectory() as folder:
        result = computed(Path(folder))
        faults = list(unanswered(result))
        if faults:
            raise SystemExit("\n".join(faults))
        shutil.copyfile(result, GOLDEN)
    sys.stderr.write(f"{GOLDEN} is written.\n")


if __name__ == "__main__":
    main()
