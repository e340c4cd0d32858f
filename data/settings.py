"""Settings: where things are kept (environment), and the thresholds that an administrator may change (database)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from data.language import Text


class Environment(BaseSettings):
    """What the environment says: DATA_DIR, DATABASE_URL, SECRET_KEY."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    database_url: str | None = None
    secret_key: str | None = None

    @property
    def url(self) -> str:
        """The database: DATABASE_URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'store.sqlite').as_posix()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number that an administrator may change; `source` says who set it."""

    code: str
    title: Text
    default: int
    source: Text


_OURS = Text("Ngưỡng do người dùng đặt; Kết luận không quy định", "Set by the user; the conclusion sets none")

THRESHOLDS: Mapping[str, Threshold] = {
    threshold.code: threshold
    for threshold in (
        Threshold(
            code="small_cell_size",
            title=Text("Chi bộ có ít đảng viên: dưới", "Small cell: fewer members than"),
            default=5,
            source=_OURS,
        ),
        Threshold(
            code="cells_years",
            title=Text(
                "Chi bộ nhiều năm không kết nạp: số năm liền trở lên", "Cells without admission: years running at least"
            ),
            default=3,
            source=_OURS,
        ),
        Threshold(
            code="dossiers_complete_percent",
            title=Text("Hồ sơ đảng viên chưa đầy đủ: dưới (%)", "Dossiers incomplete: below (%)"),
            default=80,
            source=_OURS,
        ),
        Threshold(
            code="deadline_days",
            title=Text(
                "Hạn nộp báo cáo: số ngày sau khi kết thúc kỳ", "Returns are due this many days after the period"
            ),
            default=20,
            source=Text(
                "Biểu thống kê 2012: huyện báo cáo tỉnh sau 20 ngày",
                "2012 statistical forms: districts report to the province within 20 days",
            ),
        ),
        Threshold(
            code="report_months",
            title=Text(
                "Báo cáo định kỳ Ban Thường vụ: số tháng mỗi kỳ (1, 3, 6, 12)",
                "Periodic report: months that it covers (1, 3, 6, 12)",
            ),
            default=3,
            source=Text(
                "Kết luận mục II.2.6: định kỳ, không nêu thời hạn", "Clause II.2.6: periodic, no interval given"
            ),
        ),
        Threshold(
            code="report_days",
            title=Text(
                "Báo cáo định kỳ Ban Thường vụ: số ngày sau khi kết thúc kỳ",
                "Periodic report: due this many days after the period",
            ),
            default=30,
            source=Text(
                "Biểu thống kê 2012: tỉnh báo cáo sau 30 ngày",
                "2012 statistical forms: provinces report within 30 days",
            ),
        ),
    )
}
