"""Thresholds: numbers that an administrator may change, with their origin; every change is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlalchemy import Connection, delete, insert, select

from data.forms.derived import FAMILIES
from data.language import Text, UserError
from data.messages import sentence
from data.tables.audit import Action
from data.tables.schema import audit, settings


class ThresholdError(UserError, ValueError):
    """An invalid threshold value; the message says which ones are allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number within `least`..`most`, or one of `choices`; `source` names the authority for the default.

    Codes ending in `_percent` may have decimals.
    """

    code: str
    title: Text
    default: Decimal
    source: Text
    least: Decimal = Decimal(1)
    most: Decimal = Decimal(100)
    choices: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it must be an integer."""
        return not self.code.endswith("_percent")

    def parse(self, text: str) -> Decimal:
        """Parses a value; a decimal comma is accepted.

        Raises:
            ThresholdError: not a number, or not an allowed one.
        """
        try:
            value = Decimal(text.strip().replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if not (value.is_finite() and self._may_be(value)):
            raise ThresholdError(sentence("threshold.value", code=self.code, text=text, allowed=self._allowed))
        return value

    def _may_be(self, value: Decimal) -> bool:
        if self.choices:
            return value in self.choices
        return self.least <= value <= self.most and not (self.is_whole and value % 1)

    @property
    def _allowed(self) -> Text:
        if self.choices:
            return sentence("threshold.choices", choices=", ".join(map(str, self.choices)))
        key = "threshold.whole" if self.is_whole else "threshold.number"
        return sentence(key, least=self.least, most=self.most)


_OURS = Text("Ngưỡng do người dùng đặt; Kết luận không quy định", "Set by the user; the conclusion sets none")
_METHOD = Text(
    "Phương pháp thống kê của chương trình; Kết luận không quy định",
    "The statistical method of this application; the conclusion sets none",
)

THRESHOLDS: Mapping[str, Threshold] = {
    threshold.code: threshold
    for threshold in (
        Threshold(
            code="cells_years",
            title=Text(
                "Chi bộ nhiều năm liền không kết nạp được đảng viên: số năm liên tục từ",
                "Cells without admission: years running, at least",
            ),
            default=Decimal(3),
            source=_OURS,
            most=Decimal(10),
        ),
        Threshold(
            code="small_cell_size",
            title=Text("Chi bộ có ít đảng viên: số đảng viên dưới", "Small cell: fewer members than"),
            default=Decimal(5),
            source=_OURS,
        ),
        Threshold(
            code="disclosure_size",
            title=Text(
                "Che số liệu nữ, dân tộc, kỷ luật của tổ chức đảng có số đảng viên dưới (1: không che)",
                "Counts by sex, ethnicity and discipline are hidden of units with fewer members than (1: never)",
            ),
            default=Decimal(5),
            source=_OURS,
        ),
        Threshold(
            code="dossiers_complete_percent",
            title=Text(
                "Hồ sơ đảng viên chưa đầy đủ: tỷ lệ hồ sơ đầy đủ dưới (%)", "Dossiers incomplete: complete below (%)"
            ),
            default=Decimal(80),
            source=_OURS,
        ),
        Threshold(
            code="deadline_days",
            title=Text(
                "Hạn nộp báo cáo: số ngày sau khi kết thúc kỳ", "Returns are due this many days after the period"
            ),
            default=Decimal(20),
            source=Text(
                "Hướng dẫn 12-HD/BTCTW ngày 17/5/2012: huyện báo cáo tỉnh sau 20 ngày kể từ khi kết thúc kỳ báo cáo",
                "Guidance 12-HD/BTCTW of 17 May 2012: districts report to the province 20 days after the period",
            ),
            most=Decimal(180),
        ),
        Threshold(
            code="report_months",
            title=Text("Báo cáo định kỳ Ban Thường vụ: số tháng mỗi kỳ", "Periodic report: months that it covers"),
            default=Decimal(3),
            source=Text(
                "Kết luận mục II.2.6: định kỳ, không nêu thời hạn", "Clause II.2.6: periodic, no interval given"
            ),
            choices=(1, 3, 6, 12),
        ),
        Threshold(
            code="report_days",
            title=Text(
                "Báo cáo định kỳ Ban Thường vụ: số ngày sau khi kết thúc kỳ",
                "Periodic report: due this many days after the period",
            ),
            default=Decimal(30),
            source=Text(
                "Hướng dẫn 12-HD/BTCTW ngày 17/5/2012: tỉnh báo cáo sau 30 ngày kể từ khi kết thúc kỳ báo cáo",
                "Guidance 12-HD/BTCTW of 17 May 2012: provinces report 30 days after the period",
            ),
            most=Decimal(180),
        ),
        Threshold(
            code="pace_early_percent",
            title=Text(
                "Chưa kết luận về tiến độ khi mức lẽ ra phải đạt còn dưới (% kế hoạch năm)",
                "No verdict on pace while less than this should be reached (% of the year's plan)",
            ),
            default=Decimal(25),
            source=_METHOD,
            least=Decimal(0),
        ),
        Threshold(
            code="pace_on_percent",
            title=Text(
                "Theo kịp kế hoạch năm: khả năng đạt kế hoạch từ (%)",
                "On pace: chance of reaching the year's plan, at least (%)",
            ),
            default=Decimal(50),
            source=_METHOD,
            least=Decimal(50),
            most=Decimal(95),
        ),
        Threshold(
            code="pace_risk_percent",
            title=Text(
                "Khó đạt kế hoạch năm: khả năng đạt kế hoạch dưới (%); từ mức này đến mức theo kịp là có nguy cơ",
                "Unlikely to reach the year's plan: chance below (%); from there up to on pace: at risk",
            ),
            default=Decimal(20),
            source=_METHOD,
            most=Decimal(50),
        ),
        Threshold(
            code="confidence_percent",
            title=Text(
                "Tỷ lệ của đơn vị ít trường hợp: độ tin cậy của khoảng ước lượng (%)",
                "Shares of few cases: confidence of the interval (%)",
            ),
            default=Decimal(95),
            source=_METHOD,
            least=Decimal(90),
            most=Decimal("99.9"),
        ),
        Threshold(
            code="false_alarms_percent",
            title=Text(
                "Chi bộ kết nạp ít bất thường: tỷ lệ báo nhầm tối đa trong danh sách (%)",
                "Cells that admit surprisingly few: false alarms among them, at most (%)",
            ),
            default=Decimal(5),
            source=_METHOD,
            least=Decimal("0.1"),
            most=Decimal(50),
        ),
        Threshold(
            code="chart_points",
            title=Text("Biểu đồ kiểm soát: số kỳ tối thiểu để kết luận", "Control chart: fewest periods for an icon"),
            default=Decimal(13),
            source=Text('Phương pháp "Making Data Count" của NHS', 'NHS "Making Data Count"'),
            least=Decimal(7),
        ),
        Threshold(
            code="chart_events",
            title=Text(
                "Biểu đồ kiểm soát: số trường hợp bình quân mỗi kỳ tối thiểu để kết luận",
                "Control chart: fewest events a period, on average, for an icon",
            ),
            default=Decimal(5),
            source=_METHOD,
        ),
        Threshold(
            code="dispersion_units",
            title=Text(
                "So sánh đơn vị: tính cả chênh lệch vốn có giữa các đơn vị khi có từ (đơn vị)",
                "Comparison: variance between units is allowed for from (units)",
            ),
            default=Decimal(10),
            source=Text("Spiegelhalter (2005)", "Spiegelhalter (2005)"),
            least=Decimal(3),
            most=Decimal(1000),
        ),
    )
}

THRESHOLD_BY_SOURCE: Mapping[str, str] = {family.code: family.threshold for family in FAMILIES if family.threshold}
"""The derived sources whose stored counts depend on a threshold."""

_KEY = "threshold."


@dataclass(frozen=True)
class Thresholds:
    """The values in force; defaults where none was set."""

    given: Mapping[str, Decimal] = field(default_factory=dict)

    def value(self, code: str) -> Decimal:
        """The value of a threshold."""
        return self.given.get(code, THRESHOLDS[code].default)

    def whole(self, code: str) -> int:
        """The value of an integer threshold."""
        return int(self.value(code))

    def share(self, code: str) -> Fraction:
        """The value of a percentage threshold as a fraction of 1."""
        return Fraction(self.value(code)) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewThreshold:
    """A valid value that a threshold may be set to."""

    code: str
    value: Decimal

    @classmethod
    def parse(cls, code: str, text: str) -> NewThreshold:
        """A value as somebody wrote it.

        Raises:
            ThresholdError: no such threshold, or an invalid value.
        """
        if code not in THRESHOLDS:
            raise ThresholdError(sentence("threshold.unknown", code=code, codes=", ".join(THRESHOLDS)))
        return cls(code=code, value=THRESHOLDS[code].parse(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChange:
    """One change: the new value, by whom, when and why."""

    code: str
    value: Decimal
    at: datetime
    actor: str
    reason: str


def read_thresholds(connection: Connection, as_of: datetime | None = None) -> Thresholds:
    """The thresholds in force, now or, from the audit log, as of an instant."""
    if as_of is not None:
        changes = read_changes(connection)
        return Thresholds({change.code: change.value for change in changes if change.at <= as_of})
    query = select(settings.c.code, settings.c.value).where(settings.c.code.startswith(_KEY))
    found = {code.removeprefix(_KEY): Decimal(value) for code, value in connection.execute(query)}
    return Thresholds({code: value for code, value in found.items() if code in THRESHOLDS})


def read_changes(connection: Connection) -> tuple[ThresholdChange, ...]:
    """Every change, oldest first."""
    query = select(audit).where(audit.c.action == Action.THRESHOLD).order_by(audit.c.id)
    return tuple(
        ThresholdChange(
            code=row["subject"],
            value=Decimal(str(row["details"]["value"])),
            at=row["at"],
            actor=row["actor"],
            reason=row["details"]["reason"],
        )
        for row in connection.execute(query).mappings()
        if row["subject"] in THRESHOLDS
    )


def store_threshold(connection: Connection, code: str, value: Decimal) -> None:
    """Sets a threshold."""
    connection.execute(delete(settings).where(settings.c.code == _KEY + code))
    connection.execute(insert(settings).values(code=_KEY + code, value=str(value)))
