/* The working pages: their controls write the address, their grids open what stands behind a cell. */
(function () {
  var nothing = function () { return window.dash_clientside.no_update; };
  var collator = new Intl.Collator("vi");

  function write(changes) { return window.address.write(changes); }

  function asked(key) { return new URLSearchParams(window.location.search).get(key) || ""; }

  /* What the reader moved differs from what was last shown: [value now, value that needs no place in the address]. */
  function control(key) {
    return function (value, shown) {
      var text = Array.isArray(value) ? value.join(".") : (value || "");
      var known = (shown || {})[key] || ["", ""];
      if (text === known[0]) { return nothing(); }
      return write({ point: null, [key]: text === known[1] ? null : text });
    };
  }

  function pressed(params) { return params.type !== "cellKeyDown" || params.event.key === "Enter"; }

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
    sortHeat: function (params) {
      var sorted = params.api.getColumnState().filter(function (column) { return column.sort; })[0];
      var text = sorted ? sorted.colId + "." + sorted.sort : null;
      if (params.source !== "gridOptionsUpdated" && (text || "") !== asked("sort")) { write({ sort: text }); }
    }
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    work: {
      indicator: control("indicator"),
      level: control("level"),
      span: control("span"),
      peer: control("peer"),
      columns: control("columns"),
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
