/* The scripts of charts and of grids are large: each is run when the first chart or grid is rendered. */
(function () {
  var grid = null;
  var fetched = null;

  function source(name) { return document.querySelector("meta[name='script-" + name + "']").content; }

  /* Prefetched when idle: the next page may need what this one does not. */
  window.addEventListener("load", function () {
    window.setTimeout(function () {
      document.querySelectorAll("meta[name^='script-']").forEach(function (named) {
        var link = document.createElement("link");
        link.rel = "prefetch";
        link.as = "script";
        link.href = named.content;
        document.head.append(link);
      });
    }, 3000);
  });

  /* The renderer sets it to the full plotly bundle; ours has only the traces in use, at a third of the size. */
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: function () { return source("plotly"); }, set: function () {} });

  function fetchGrid() {
    fetched = fetched || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = source("grid");
      script.onload = function () {
        grid = window.dash_ag_grid.AgGrid;
        window.dash_ag_grid = Object.assign({}, window.dash_ag_grid, { AgGrid: Grid });
        resolve();
      };
      script.onerror = reject;
      document.head.append(script);
    });
    return fetched;
  }

  function Grid(props) {
    var there = React.useState(grid !== null);
    React.useEffect(function () { if (!there[0]) { fetchGrid().then(function () { there[1](true); }); } }, []);
    return there[0] ? React.createElement(grid, props) : React.createElement("div", { id: props.id, className: props.className, style: props.style });
  }

  window.dash_ag_grid = {
    AgGrid: Grid,
    getApi: function () { return undefined; },
    getApiAsync: function (id) { return fetchGrid().then(function () { return window.dash_ag_grid.getApiAsync(id); }); }
  };
})();
