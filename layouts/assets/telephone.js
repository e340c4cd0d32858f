/* On narrow screens the labels of a chart's rows are placed above the rows, because beside them they leave no room. */
(function () {
  var narrow = 480;
  var library;

  function named(place, text) {
    return {
      x: 0, xref: "paper", xanchor: "left", y: place, yanchor: "bottom", yshift: 7, showarrow: false,
      text: text.replace("<br>", "  ").replace(/<\/?b>/g, ""), font: { size: 11 }
    };
  }

  function fitting(draw) {
    return function (place, drawn) {
      var axis = drawn && drawn.layout && drawn.layout.yaxis;
      if (axis && axis.ticktext && axis.type === "category" && place.clientWidth < narrow) {
        var names = axis.ticktext.map(function (text, row) { return named(axis.tickvals[row], text); });
        var above = {
          yaxis: Object.assign({}, axis, { showticklabels: false }),
          annotations: (drawn.layout.annotations || []).concat(names)
        };
        arguments[1] = Object.assign({}, drawn, { layout: Object.assign({}, drawn.layout, above) });
      }
      return draw.apply(this, arguments);
    };
  }

  /* The library is loaded with the first chart. */
  Object.defineProperty(window, "Plotly", {
    get: function () { return library; },
    set: function (come) {
      if (come !== library) { come.react = fitting(come.react); }
      library = come;
    }
  });
})();
