/* On a telephone the names of a chart's rows stand above the rows, not beside them, where they would leave no room. */
(function () {
  var narrow = 480;
  if (!window.Plotly) { return; }
  var draw = window.Plotly.react;

  window.Plotly.react = function (place, drawn) {
    var axis = drawn && drawn.layout && drawn.layout.yaxis;
    if (axis && axis.ticktext && axis.type === "category" && place.clientWidth < narrow) {
      var above = {
        ticklabelposition: "inside top",
        ticktext: axis.ticktext.map(function (text) { return text.replace("<br>", "  "); })
      };
      arguments[1] = Object.assign({}, drawn, {
        layout: Object.assign({}, drawn.layout, { yaxis: Object.assign({}, axis, above) })
      });
    }
    return draw.apply(this, arguments);
  };
})();
