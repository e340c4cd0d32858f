"""The columns of files are stable: external programs read them by name and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from indicators.answers.against_plan import LevelRow, PaceRow, ProgressRow, YearToDateRow
from indicators.answers.corrections import AcceptedRow, CorrectionRow
from indicators.answers.enquiry import TraceRow
from indicators.answers.lagging_cells import LaggingRow, ListedCellRow, PooledRow
from indicators.answers.movement import MovementRow
from indicators.answers.rows import PlacedRow, RowKind, TableRow, ValueRow, columns
from indicators.answers.signals import ControlRow, ForecastRow, FunnelRow
from indicators.answers.task_rows import OwnerCoverageRow, TaskCoverageRow, TaskLineRow
from indicators.answers.unit_ranks import RankedRow
from layouts.api.tables import PeriodRow, TaskRow, UnitRow
from layouts.console.rows import AccountRow, FindingRow, IndicatorRow, ThresholdRow, TokenRow
from layouts.documents.lagging_export import LaggingExportRow
from layouts.documents.workbook_sheets import DefinitionRow
from layouts.views.catalogue_rows import CatalogueRow, ReturnRow
from layouts.views.period_rows import OpenedPeriodRow

STABLE: Mapping[RowKind, str] = {
    ValueRow: """indicator unit unit_name level period value numerator denominator plan gap status state reporting
        expected as_of basis break""",
    RankedRow: """indicator unit unit_name level period value numerator denominator plan gap status state reporting
        expected as_of basis rank rank_low rank_high ranked break""",
    TraceRow: "role file sheet cell unit unit_name measure period value share sha256",
    LevelRow: """indicator unit unit_name level period value numerator denominator plan gap status state reporting
        expected as_of basis reading people people_of_whole break""",
    PaceRow: """indicator unit unit_name level period plan done state expected index projection low high likely_low
        likely_high run_rate chance p_behind verdict share share_from years as_of basis""",
    YearToDateRow: "indicator unit unit_name level period done expected share plan year_before",
    ProgressRow: """indicator unit unit_name level period base_year base value target_year target linear progress score
        status as_of basis break""",
    ControlRow: """indicator unit unit_name level period value state plan charted mean lpl upl near_lower near_upper
        short flag point_type variation assurance gate deseasonalised change movement movement_since lasting grade
        break""",
    FunnelRow: """indicator unit unit_name level period value numerator denominator average lower_95 upper_95
        lower_998 upper_998 verdict kind dispersion tau2 adjusted rank rank_low rank_high ranked""",
    ForecastRow: "indicator unit unit_name level period value low_80 high_80 low_95 high_95 method error",
    MovementRow: """indicator unit unit_name level period compared_with value_before value moved contributor
        contributor_name contribution units_part mix_part plan_part reporting_part perimeter_part corrections_part
        state as_of basis""",
    CorrectionRow: """indicator unit unit_name level period value_before value plan_before plan status_before status
        state_before state since as_of""",
    AcceptedRow: "unit unit_name form period file accepted_at corrects",
    LaggingRow: """unit unit_name base base_name district district_name period reasons course reasons_before streak
        members admitted expected probability adjusted stands_out standing rank priority attainable""",
    PooledRow: "unit unit_name admitted member_years expected probability adjusted stands_out",
    TaskCoverageRow: """task clause text period owed done under_way not_started overdue coverage as_of tasks_due
        tasks_due_done""",
    OwnerCoverageRow: """unit owner successor period owed done under_way not_started overdue coverage as_of
        tasks_due tasks_due_done""",
    TaskLineRow: """task clause text unit owner co_owners successor recurrence term due state days_left evidence_number
        evidence_date evidence_file meetings firms proposals settled as_of""",
    LaggingExportRow: """unit unit_name base base_name district district_name period reasons course reasons_before
        streak members admitted expected probability adjusted stands_out admitted_by_year follow_up follow_up_owner
        follow_up_due follow_up_state standing rank priority attainable""",
    DefinitionRow: "indicator title unit_of_measure meaning formula direction clause note",
    FindingRow: "file status sheet cell severity code message_vi message_en",
    IndicatorRow: "indicator title unit_of_measure direction clause meaning",
    ThresholdRow: "setting meaning value default source changed_at changed_by reason",
    AccountRow: "account role unit disabled",
    TokenRow: "token account title scopes created_at expires_at revoked_at used_at",
    UnitRow: "unit unit_name kind level parent residential valid_from valid_to",
    PeriodRow: "period frequency start end state due forms opened_at closed_at",
    OpenedPeriodRow: """period state forms opened_at due unit_dues closed_at received late missing changed_at changed_by
        reason""",
    TaskRow: """task clause text owner unit recurrence term due state evidence_number evidence_date successor
        meetings firms proposals settled""",
    ReturnRow: "unit unit_name form period status due received_at versions reporting expected",
    CatalogueRow: """indicator title_vi title_en unit_vi unit_en direction formula formula_vi formula_en measures forms
        clause meaning_vi meaning_en format plan standard note_vi note_en""",
}


@pytest.mark.parametrize("kind", STABLE)
def test_the_columns_of_a_row_kind_are_stable(kind: RowKind) -> None:
    assert columns(kind) == tuple(STABLE[kind].split())


def test_every_row_kind_of_the_application_is_covered() -> None:
    # By name: the class that @dataclass(slots=True) replaced may not be garbage collected yet.
    ours = {
        kind.__name__ for kind in _kinds(TableRow) if kind.__module__.partition(".")[0] in {"indicators", "layouts"}
    }
    assert ours - {PlacedRow.__name__, ListedCellRow.__name__} == {kind.__name__ for kind in STABLE}


def _kinds(kind: RowKind) -> Iterator[RowKind]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)
