/* Names of days and months for the calendars; the date components look up the locale under this name. */
window.dayjs_locale_vi = {
  name: "vi",
  weekStart: 1,
  weekdays: ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
  weekdaysShort: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
  weekdaysMin: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
  months: Array.from({ length: 12 }, function (_, month) { return "Tháng " + (month + 1); }),
  monthsShort: Array.from({ length: 12 }, function (_, month) { return "Th " + (month + 1); }),
  formats: { LT: "HH:mm", LTS: "HH:mm:ss", L: "DD/MM/YYYY", LL: "D MMMM YYYY", LLL: "D MMMM YYYY HH:mm", LLLL: "dddd, D MMMM YYYY HH:mm" },
  ordinal: function (number) { return String(number); }
};
