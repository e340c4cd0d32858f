"""Parameters of the API: each declared once, parsed by the routes and published in the description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from data.language import Text
from data.observations import Basis
from data.organisations.units import Level
from data.periods import Frequency, Period, parse_span
from indicators.answers.statements import Statement
from indicators.methods.reasons import ListPart, Reason
from indicators.values.model import Catalogue
from layouts.documents.tables import Json
from layouts.text import language, t
from layouts.views.ask import parse_as_of

MOST_ROWS, ROWS = 10_000, 1_000
_MOST_PERIODS = 60
_SHOWN = 60


class InvalidParameter(ValueError):
    """An invalid parameter; the message names it and the accepted values."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter; `read` parses its text, `schema` is its JSON schema.

    The values of one `of_catalogue` are codes of indicators.
    """

    name: str
    meaning: Text
    read: Callable[[str], Any]
    schema: Json
    required: bool = False
    repeated: bool = False
    default: Any = None
    of_catalogue: bool = False

    def schema_in(self, catalogue: Catalogue) -> Json:
        """Its JSON schema, with the catalogue's codes."""
        return {**self.schema, **_choice(catalogue)} if self.of_catalogue else dict(self.schema)

    def of(self, given: MultiDict[str, str], catalogue: Catalogue) -> Any:
        """The value in a query, or the default.

        Raises:
            InvalidParameter: missing or malformed.
        """
        texts = [text for text in given.getlist(self.name) if text]
        if not texts:
            if self.required:
                raise InvalidParameter(t("api.missing", name=self.name, meaning=self.meaning[language()]))
            return () if self.repeated else self.default
        if not self.repeated and len(texts) > 1:
            raise InvalidParameter(t("api.once", name=self.name))
        values = [self._value(text, catalogue) for text in texts]
        return tuple(dict.fromkeys(values)) if self.repeated else values[0]

    def _value(self, text: str, catalogue: Catalogue) -> Any:
        try:
            return catalogue[text].code if self.of_catalogue else self.read(text)
        except (ValueError, KeyError, OverflowError) as fault:
            raise InvalidParameter(t("api.value", name=self.name, value=text[:_SHOWN]) + self._hint()) from fault

    def _hint(self) -> str:
        choices = self.schema.get("enum")
        if choices and len(choices) <= len(Statement) + len(Reason):
            return " " + t("api.choices", choices=", ".join(choices))
        return " " + t("api.example", example=self.schema["examples"][0]) if "examples" in self.schema else ""


def _choice(choices: Any) -> Json:
    return {"type": "string", "enum": [str(choice) for choice in choices]}


def _whole(text: str, lowest: int, highest: int) -> int:
    if not text.isascii() or not text.isdigit() or not lowest <= int(text[:9]) <= highest:
        raise ValueError(text)
    return int(text)


def _span(text: str) -> str:
    """Validates a period or a span; expanded later, when the frequency is known."""
    parse_span(text)
    return text


def periods_of(span: str, frequency: Frequency | None) -> tuple[Period, ...]:
    """The periods of a span.

    Raises:
        InvalidParameter: too many periods.
    """
    found = parse_span(span, frequency or Frequency.YEAR)
    if len(found) > _MOST_PERIODS:
        raise InvalidParameter(t("api.periods", most=_MOST_PERIODS))
    return found


INDICATOR = Parameter(
    name="indicator",
    meaning=Text("Mã chỉ tiêu, ghi được nhiều lần", "Code of an indicator; may be repeated"),
    read=str,
    schema={"type": "string"},
    of_catalogue=True,
    required=True,
    repeated=True,
)
UNIT = Parameter(
    name="unit",
    meaning=Text("Mã tổ chức đảng; mặc định là tổ chức cao nhất được xem", "Code of an organisation"),
    read=str,
    schema={"type": "string", "maxLength": 32, "examples": ["H03"]},
)
LEVEL = Parameter(
    name="level",
    meaning=Text("Cấp: lấy các tổ chức cấp này thuộc đơn vị", "Level: the organisations of that level below the unit"),
    read=Level,
    schema=_choice(Level),
)
SPAN = Parameter(
    name="period",
    meaning=Text("Kỳ hoặc khoảng kỳ; mặc định là kỳ mới nhất", "A period or a span; the latest by default"),
    read=_span,
    schema={"type": "string", "maxLength": 24, "examples": ["2020-Q3", "2015..2020"]},
)
PERIOD = Parameter(
    name="period",
    meaning=Text("Kỳ báo cáo; mặc định là kỳ mới nhất", "A period; the latest by default"),
    read=Period.parse,
    schema={"type": "string", "maxLength": 12, "examples": ["2020-Q3", "2020"]},
)
FREQUENCY = Parameter(
    name="frequency",
    meaning=Text("Độ dài mỗi kỳ trong khoảng", "How long the periods of a span are"),
    read=Frequency,
    schema=_choice(Frequency),
)
BASIS = Parameter(
    name="basis",
    meaning=Text("Theo tổ chức lúc báo cáo hoặc theo tổ chức hiện nay", "As reported, or on today's map"),
    read=Basis,
    schema=_choice(Basis),
    default=Basis.REPORTED,
)
SHOW = Parameter(
    name="show",
    meaning=Text("Nội dung bảng", "What the table says"),
    read=Statement,
    schema=_choice(Statement),
    default=Statement.VALUES,
)
REASON = Parameter(
    name="reason",
    meaning=Text("Chỉ lấy chi bộ có lý do này", "Only cells with that reason"),
    read=Reason,
    schema=_choice(Reason),
)
COURSE = Parameter(
    name="course",
    meaning=Text(
        "Phần danh sách: first cần xem trước, all cần quan tâm, new mới phát sinh, still vẫn còn, uncompared không so "
        "sánh được, recovered đã khắc phục, missing chưa có báo cáo; mặc định là tất cả",
        "The part of the list: first those to look at first, all those to look at, new, still, uncompared, recovered, "
        "missing without a return; everything by default",
    ),
    read=ListPart,
    schema=_choice(ListPart),
)
AS_OF = Parameter(
    name="as_of",
    meaning=Text("Số liệu như đã biết tại thời điểm này", "Figures as known at that instant"),
    read=parse_as_of,
    schema={"type": "string", "maxLength": 40, "examples": ["2020-10-20", "2020-10-20T17:00:00+07:00"]},
)
FORMAT = Parameter(
    name="format",
    meaning=Text("json hoặc csv", "json or csv"),
    read=lambda text: {"json": "json", "csv": "csv"}[text],
    schema={"type": "string", "enum": ["json", "csv"]},
    default="json",
)
EXCEL = Parameter(
    name="excel",
    meaning=Text(
        "vi: csv có dấu chấm phẩy và dấu phẩy thập phân, để Excel tiếng Việt mở",
        "vi: csv with semicolons and decimal commas, for Excel with Vietnamese settings",
    ),
    read=lambda text: {"vi": "vi"}[text],
    schema={"type": "string", "enum": ["vi"]},
)
LIMIT = Parameter(
    name="limit",
    meaning=Text("Số dòng nhiều nhất trả về", "At most so many rows"),
    read=lambda text: _whole(text, 1, MOST_ROWS),
    schema={"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
    default=ROWS,
)
OFFSET = Parameter(
    name="offset",
    meaning=Text("Bỏ qua số dòng đầu này", "So many rows are passed over"),
    read=lambda text: _whole(text, 0, 100_000_000),
    schema={"type": "integer", "minimum": 0, "maximum": 100_000_000},
    default=0,
)
COMMON = (AS_OF, FORMAT, EXCEL, LIMIT, OFFSET)


@dataclass(frozen=True)
class ParameterValues:
    """The parsed parameters of one request."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, parameter: Parameter) -> Any:
        return self.values[parameter.name]
