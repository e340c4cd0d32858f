/* Charts are drawn for the screen's width; for A4 landscape they are drawn again, and the paper is always light. */
(function () {
  var paper = { width: 960, height: 430 };
  var before = [];
  var scheme = null;

  window.addEventListener("beforeprint", function () {
    scheme = document.documentElement.getAttribute("data-mantine-color-scheme");
    document.documentElement.setAttribute("data-mantine-color-scheme", "light");
    before = Array.prototype.map.call(document.querySelectorAll(".js-plotly-plot"), function (chart) {
      var size = { chart: chart, width: chart.layout.width, height: chart.layout.height, autosize: chart.layout.autosize };
      window.Plotly.relayout(chart, { width: paper.width, height: Math.min(chart.offsetHeight || paper.height, paper.height) });
      return size;
    });
  });

  window.addEventListener("afterprint", function () {
    if (scheme) { document.documentElement.setAttribute("data-mantine-color-scheme", scheme); }
    before.forEach(function (size) {
      window.Plotly.relayout(size.chart, { width: size.width || null, height: size.height || null, autosize: true });
    });
    before = [];
  });
})();
