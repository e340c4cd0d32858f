/* Search and rendering of select options. */
(function () {
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  }

  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    /* "ty le truong" finds "Tỷ lệ trưởng thôn ..."; every word must match, in any order. */
    unitsByWords: function (query) {
      var words = plain(query.search).split(/\s+/).filter(Boolean);
      function fits(option) {
        var label = plain(option.label + " " + option.value);
        return words.every(function (word) { return label.indexOf(word) >= 0; });
      }
      var left = query.limit || Infinity;
      return query.options.map(function (entry) {
        var items = entry.items ? entry.items.filter(fits).slice(0, left) : (fits(entry) ? [entry] : []);
        left -= items.length;
        return entry.items ? { group: entry.group, items: items } : items[0];
      }).filter(function (entry) { return entry && (!entry.items || entry.items.length); });
    },

    /* Already filtered by the server. */
    asServed: function (query) { return query.options; },

    treeOption: function (drawn) {
      var depth = drawn.option.depth || 0;
      return window.React.createElement(
        "span",
        { className: "tree-option" + (drawn.checked ? " tree-chosen" : ""), "data-depth": depth, style: { paddingLeft: depth * 18 } },
        drawn.option.label
      );
    }
  });
})();
