/* Charts are laid out for the screen; for A4 landscape they are redrawn so that a card fits a page, with unit names on one
   line; wide tables shrink to the page; print always uses the light scheme. */
(function () {
  var paper = { width: 960, height: 340, row: 23, edge: 64 };
  var before = [];
  var scheme = null;

  function names(chart) {
    var axis = chart.layout.yaxis;
    return axis && axis.type === "category" && axis.ticktext ? axis.ticktext : null;
  }

  function drawn(chart) {
    var box = chart.parentElement;
    var named = names(chart);
    var usual = { width: chart.layout.width || null, height: chart.layout.height || null, autosize: true };
    var now = { width: paper.width, height: Math.min(chart.offsetHeight || paper.height, paper.height) };
    if (named) {
      usual["yaxis.ticktext"] = named;
      now["yaxis.ticktext"] = named.map(function (text) { return text.replace("<br>", "  "); });
      now.height = paper.row * named.length + paper.edge;
    }
    var height = box.style.height;
    box.style.height = now.height + "px";
    window.Plotly.relayout(chart, now);
    return function () {
      box.style.height = height;
      window.Plotly.relayout(chart, usual);
    };
  }

  function shrunk(grid) {
    var columns = grid.querySelectorAll(".ag-header-container, .ag-pinned-left-header");
    var width = Array.prototype.reduce.call(columns, function (sum, part) { return sum + part.scrollWidth; }, 0);
    grid.style.zoom = Math.min(1, paper.width / (width || 1));
    return function () { grid.style.zoom = ""; };
  }

  function each(selector, change) { return Array.prototype.map.call(document.querySelectorAll(selector), change); }

  window.addEventListener("beforeprint", function () {
    scheme = document.documentElement.getAttribute("data-mantine-color-scheme");
    document.documentElement.setAttribute("data-mantine-color-scheme", "light");
    before = each(".js-plotly-plot", drawn).concat(each(".heat-box .ag-theme-quartz", shrunk));
  });

  window.addEventListener("afterprint", function () {
    if (scheme) { document.documentElement.setAttribute("data-mantine-color-scheme", scheme); }
    before.forEach(function (undo) { undo(); });
    before = [];
  });
})();
