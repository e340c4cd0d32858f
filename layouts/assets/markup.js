/* Renders static component trees: a single component for Dash, whatever their size. */
(function () {
  function draw(part) {
    if (Array.isArray(part)) { return React.createElement.apply(null, [React.Fragment, null].concat(part.map(draw))); }
    if (part === null || typeof part !== "object") { return part; }
    var isHtml = part.namespace === "dash_html_components";
    var kind = isHtml ? part.type.toLowerCase() : window[part.namespace][part.type];
    var inside = part.props.children;
    var drawn = inside === undefined || inside === null ? [] : [].concat(inside).map(draw);
    return React.createElement.apply(null, [kind, Object.assign({}, part.props, { children: undefined })].concat(drawn));
  }

  window.layouts = { Markup: function (props) { return draw(props.tree); } };
})();
