/* The URL holds the whole state of a view: controls update it, pages read it. */
(function () {
  /* Navigates to the trend page with the current query and `changes`. */
  function visit(changes) {
    var address = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (key) { address.set(key, changes[key]); });
    window.dash_clientside.set_props("_pages_location", { pathname: "/trend", search: "?" + address.toString() });
    return window.dash_clientside.no_update;
  }

  function write(changes) {
    var address = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (key) {
      var value = changes[key];
      if (value === null || value === undefined || value === "") { address.delete(key); } else { address.set(key, value); }
    });
    var text = address.toString();
    var search = text ? "?" + text : "";
    if (document.querySelector("[data-notice]")) {
      window.location.search = search;
    } else if (search !== window.location.search) {
      window.dash_clientside.set_props("_pages_location", { search: search });
    }
    return window.dash_clientside.no_update;
  }

  window.address = { write: write };
  var tabulated = null;
  /* Parameters shared by all pages; the others belong to a single page. */
  var common = ["unit", "period", "as_of", "basis"];

  function carried(path, search) {
    var now = new URLSearchParams(search || "");
    var kept = new URLSearchParams();
    common.forEach(function (key) { if (now.get(key)) { kept.set(key, now.get(key)); } });
    var text = kept.toString();
    return text ? path + "?" + text : path;
  }

  /* A control that differs from the URL was changed by the reader; the others only follow the URL. */
  function chosen(key) {
    return function (value, defaults) {
      var usual = (defaults || {})[key] || null;
      /* A control that cannot be cleared is empty only until it has been filled from the URL. */
      if (!value && usual) { return window.dash_clientside.no_update; }
      var now = new URLSearchParams(window.location.search).get(key) || usual;
      if (key === "as_of" && now) { now = now.slice(0, 10); }
      if ((value || usual) === now) { return window.dash_clientside.no_update; }
      var changes = { point: null, point_unit: null };
      changes[key] = value === usual ? null : value;
      return write(changes);
    };
  }

  /* Exports the chart as an image on white, with its title and the URL of the view. */
  function picture(format) {
    return function (clicks, id, sentence) {
      var chart = document.querySelector("#" + id + " .js-plotly-plot");
      if (!clicks || !chart) { return window.dash_clientside.no_update; }
      var size = { width: 1120, height: 560 };
      var told = String(sentence || "").replace(/(.{1,105})(\s|$)/g, "$1<br>").replace(/<br>$/, "");
      var layout = Object.assign({}, chart.layout, size, {
        autosize: false, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
        margin: { l: 24, r: 32, t: 110, b: 24 },
        title: { text: "<b>" + told + "</b>", x: 0.02, xanchor: "left", y: 0.97, yanchor: "top", font: { size: 16 } }
      });
      var name = id + "-" + new URLSearchParams(window.location.search).toString().replace(/[^A-Za-z0-9]+/g, "-");
      window.Plotly.downloadImage({ data: chart.data, layout: layout, config: chart._context }, Object.assign({ format: format, filename: name, scale: format === "png" ? 2 : 1 }, size));
      return window.dash_clientside.no_update;
    };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    navigation: {
      unit: chosen("unit"),
      /* The control's text also changes with the URL; only what the reader types is a search. */
      sought: function (text) {
        var typing = document.activeElement && document.activeElement.id === "unit";
        return typing ? text : window.dash_clientside.no_update;
      },
      period: chosen("period"),
      as_of: chosen("as_of"),
      basis: chosen("basis"),
      indicator: chosen("indicator"),
      frequency: chosen("frequency"),
      show: chosen("show"),
      rebase: chosen("rebase"),
      layers: function (values, defaults) {
        return values ? chosen("layers")(values.slice().sort().join(".") || "none", defaults) : window.dash_clientside.no_update;
      },
      picture_png: picture("png"),
      picture_svg: picture("svg"),
      part: function (value, defaults) {
        var now = new URLSearchParams(window.location.search).get("part") || defaults.part;
        return value === now ? window.dash_clientside.no_update : write({ part: value, before: null, action: null });
      },
      log_action: function (value, defaults) {
        var now = new URLSearchParams(window.location.search).get("action") || defaults.action;
        return value === now ? window.dash_clientside.no_update : write({ action: value === defaults.action ? null : value, before: null });
      },
      statement: chosen("statement"),
      level: chosen("level"),
      from: chosen("from"),
      shape: chosen("shape"),
      indicators: function (values, defaults) {
        return values && values.length ? chosen("indicators")(values.join("."), defaults) : window.dash_clientside.no_update;
      },
      /* Makes the grid reload for the current URL; returns the table's absolute URL. */
      fetch_table: function (asked) {
        var before = tabulated;
        tabulated = asked;
        /* A new grid fetches its rows by itself; the same rows of new data are replaced by `renew_rows`. */
        if (window.dash_clientside.callback_context.triggered.length && before !== asked) {
          window.dash_ag_grid.getApiAsync("table-grid").then(function (grid) { grid.purgeInfiniteCache(); });
        }
        return asked ? window.location.origin + asked : "";
      },
      /* New data: the rows of a grid are replaced where they stand, so that its scroll position and its selection stay. */
      renew_rows: function (wish, grid) {
        if (wish) { window.dash_ag_grid.getApiAsync(grid).then(function (api) { api.refreshInfiniteCache(); }); }
        return window.dash_clientside.no_update;
      },
      open_saved: function (address) {
        if (address && address !== window.location.pathname + window.location.search) {
          var cut = address.indexOf("?");
          window.dash_clientside.set_props("_pages_location", {
            pathname: cut < 0 ? address : address.slice(0, cut), search: cut < 0 ? "" : address.slice(cut)
          });
        }
        return window.dash_clientside.no_update;
      },
      task: chosen("task"),
      state: chosen("state"),
      owner: chosen("owner"),
      point: function (click) {
        if (!click || !click.points || !click.points.length) { return window.dash_clientside.no_update; }
        var place = click.points[0].customdata;
        return place ? write({ point: place[0], point_unit: place[1] }) : window.dash_clientside.no_update;
      },
      open_unit: function (click) {
        var place = click && click.points && click.points.length && click.points[0].customdata;
        return place ? visit({ unit: place[1], indicator: "village_heads_member_share" }) : window.dash_clientside.no_update;
      },
      open_point: function (click) {
        var point = click && click.points && click.points.length && click.points[0];
        if (!point || !point.customdata) { return window.dash_clientside.no_update; }
        return visit({ indicator: point.curveNumber === 0 ? "members" : "admissions", point: point.customdata[0], point_unit: point.customdata[1] });
      },
      closed: function (opened) {
        return opened ? window.dash_clientside.no_update : write({ point: null, point_unit: null });
      },
      language: function (clicks, language) {
        if (clicks) {
          document.cookie = "language=" + language + "; path=/; max-age=31536000; samesite=lax";
          window.location.reload();
        }
        return window.dash_clientside.no_update;
      },
      print: function (clicks) {
        if (clicks) { window.print(); }
        return window.dash_clientside.no_update;
      },
      links: function (search, pathname, ids) {
        return [
          ids.map(function (id) { return carried(id.path, search); }),
          ids.map(function (id) { return id.path === pathname; })
        ];
      },
      burger: function (opened, navbar) {
        return Object.assign({}, navbar, { collapsed: { mobile: !opened } });
      },
      arrived: function () {
        window.news.left();
        return false;
      }
    }
  });
})();
