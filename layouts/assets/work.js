/* Comparison, lagging cells, plans: controls update the URL, grids open the workings of a cell. */
(function () {
  var nothing = function () { return window.dash_clientside.no_update; };
  var numbers = new Intl.NumberFormat(document.documentElement.lang || "vi", { maximumFractionDigits: 0 });
  var waiting = null;
  var fetched = null;
  var right = "ag-right-aligned-cell";
  var collator = new Intl.Collator("vi");

  function write(changes) { return window.address.write(changes); }

  function asked(key) { return new URLSearchParams(window.location.search).get(key) || ""; }

  /* A control differs from the baseline once the reader has changed it: [current value, value omitted from the URL]. */
  function control(key) {
    return function (value, shown) {
      var text = Array.isArray(value) ? value.join(".") : (value || "");
      var known = (shown || {})[key] || ["", ""];
      if (text === known[0]) { return nothing(); }
      return write({ point: null, [key]: text === known[1] ? null : text });
    };
  }

  function pressed(params) { return params.type !== "cellKeyDown" || params.event.key === "Enter"; }

  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    percent: function (value) { return new Intl.NumberFormat(document.documentElement.lang || "vi").format(value) + " %"; }
  });

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    vietnamese: function (one, other) { return collator.compare(one || "", other || ""); },
    lackingLast: function (one, other, nodeOne, nodeOther, descending) {
      if (one === null || other === null) {
        return one === other ? 0 : ((one === null) === !descending ? 1 : -1);
      }
      return one - other;
    },
    heatValue: function (params, code) { return (params.data[code] || [null])[0]; },
    heatText: function (params, code) { return (params.data[code] || [null, ""])[1]; },
    heatClass: function (params, code) { return (params.data[code] || [null, "", ""])[2].split(" "); },
    openHeat: function (params) {
      if (!pressed(params)) { return; }
      var column = params.column.getColId();
      if (column === "name") { write({ peer: params.data.unit, point: null }); return; }
      write({ point: params.data.period, point_unit: params.data.unit, point_indicator: column });
    },
    counted: function (params) { return params.value === null || params.value === undefined ? "–" : numbers.format(params.value); },
    givenClass: function (params) {
      return params.data && params.data.given !== params.data.proposed ? [right, "given", "given-edited"] : [right, "given"];
    },
    openCell: function (params) {
      if (!pressed(params) || !params.data || params.column.getColId().indexOf("ag-Grid") === 0) { return; }
      write({ cell: params.data.id });
    },
    /* On narrow screens only the name and its columns fit; the profile names the district. */
    fitWindow: function (params) {
      if (window.innerWidth >= 600) { return; }
      params.api.setColumnWidths([{ key: "name", newWidth: 150 }]);
      params.api.setColumnsVisible(["district"], false);
    },
    isThere: function (node) { return Boolean(node.data); },
    oddClass: function (params) { return params.data && params.data.odd ? ["odd", right] : [right]; },
    doingClass: function (params) { return params.data ? ["doing", "doing-" + params.data.doing] : []; },
    sortWritten: function (params) {
      var sorted = params.api.getColumnState().filter(function (column) { return column.sort; })[0];
      var text = sorted ? sorted.colId + "." + sorted.sort : null;
      if (params.source !== "gridOptionsUpdated" && (text || "") !== asked("sort")) { write({ sort: text }); }
    }
  });

  function element(name, properties) {
    return window.React.createElement.apply(null, arguments);
  }

  /* Admissions of recent years as small bars: an outline for none, a dot for unknown. */
  function bars(years) {
    var highest = Math.max.apply(null, years.map(function (count) { return count || 0; }).concat(2));
    return years.map(function (count, place) {
      var x = 4 + place * 16;
      if (count === null) { return element("circle", { key: place, cx: x + 5, cy: 22, r: 1.5, className: "bar-unknown" }); }
      var height = Math.max(2, 20 * count / highest);
      return element("rect", { key: place, x: x, y: 24 - height, width: 10, height: height, className: count ? "bar" : "bar-none" });
    });
  }

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    CellName: function (props) {
      if (!props.data) { return element("span", { className: "fine" }, "…"); }
      return element("span", { className: "cell-name" }, element("strong", null, props.data.name), element("span", { className: "fine" }, props.data.base));
    },
    Reasons: function (props) {
      if (!props.data) { return null; }
      return element("span", { className: "reason-tags" + (props.data.recovered ? " reason-gone" : "") },
        props.data.reasons.map(function (text) { return element("span", { key: text, className: "reason-tag" }, text); }));
    },
    Years: function (props) {
      if (!props.data || !props.data.years.length) { return null; }
      var years = props.data.years;
      var first = props.data.last - years.length + 1;
      var text = years.map(function (count, place) { return first + place + ": " + (count === null ? "?" : count); }).join(", ");
      return element("svg", { width: 84, height: 28, role: "img", "aria-label": text }, element("title", null, text), bars(years));
    }
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    work: {
      indicator: control("indicator"),
      level: control("level"),
      span: control("span"),
      peer: control("peer"),
      columns: control("columns"),
      share: control("share"),
      target: function (value, shown) {
        var known = (shown || {}).target || [""];
        window.clearTimeout(waiting);
        if (String(value) !== known[0]) {
          waiting = window.setTimeout(function () { write({ target: String(value) }); }, 500);
        }
        return nothing();
      },
      total: function (value, shown) { return value === "" ? nothing() : control("total")(String(value), shown); },
      rule: control("rule"),
      decision: control("decision"),
      decided: control("decided"),
      given: function (changes) {
        if (!changes || !changes.length) { return nothing(); }
        var edits = {};
        asked("set").split("~").forEach(function (part) {
          var cut = part.lastIndexOf("_");
          if (cut > 0) { edits[part.slice(0, cut)] = part.slice(cut + 1); }
        });
        changes.forEach(function (change) {
          var line = change.data;
          if (typeof line.given !== "number" || line.given === line.proposed) { delete edits[line.unit]; }
          else { edits[line.unit] = Math.max(0, Math.round(line.given)); }
        });
        return write({ set: Object.keys(edits).map(function (unit) { return unit + "_" + edits[unit]; }).join("~") });
      },
      reset_by_rule: function (clicks) { return clicks ? write({ set: null }) : nothing(); },
      planned_point: function (click) {
        var place = click && click.points && click.points.length && click.points[0].customdata;
        return place ? write({ unit: place[1], set: null }) : nothing();
      },
      q: control("q"),
      reason: control("reason"),
      course: control("course"),
      kind: control("kind"),
      doing: control("doing"),
      profile_closed: function (opened) { return opened ? nothing() : write({ cell: null }); },
      /* Filters or notes have changed: the grid reloads its rows. */
      reload_rows: function (narrowed, changed) {
        var before = fetched;
        fetched = narrowed + "#" + (changed || "");
        /* A new grid fetches its rows by itself. */
        if (window.dash_clientside.callback_context.triggered.length && before !== fetched) {
          window.dash_ag_grid.getApiAsync("lagging-grid").then(function (grid) { grid.purgeInfiniteCache(); });
        }
        return nothing();
      },
      chosen: function (rows) {
        var texts = document.getElementById("follow-up-bar").dataset;
        var count = (rows || []).length;
        return [count ? texts.chosen.replace("{count}", count) : texts.none, count === 0];
      },
      cancel: function (clicks) { return clicks ? false : nothing(); },
      point: function (click) {
        var place = click && click.points && click.points.length && click.points[0].customdata;
        if (!place) { return nothing(); }
        return write({ point: place[0], point_unit: place[1], point_indicator: place[2] || null });
      },
      closed: function (opened) {
        return opened ? nothing() : write({ point: null, point_unit: null, point_indicator: null });
      }
    }
  });
})();
