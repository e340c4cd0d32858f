/* Searches the dictionary in the browser; a URL with #code scrolls to that entry. */
(function () {
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  }

  function remember(search) {
    var address = new URLSearchParams(window.location.search);
    if (search) { address.set("q", search); } else { address.delete("q"); }
    var text = address.toString();
    window.history.replaceState(window.history.state, "", window.location.pathname + (text ? "?" + text : "") + window.location.hash);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    dictionary: {
      search: function (search) {
        var words = plain(search || "").split(/\s+/).filter(Boolean);
        var entries = Array.prototype.slice.call(document.querySelectorAll(".entry"));
        var found = 0;
        entries.forEach(function (entry) {
          entry.plain = entry.plain || plain(entry.textContent);
          var fits = words.every(function (word) { return entry.plain.indexOf(word) >= 0; });
          var link = document.querySelector('.contents a[href="#' + entry.id + '"]');
          entry.hidden = !fits;
          if (link) { link.parentElement.hidden = !fits; }
          found += fits;
        });
        document.querySelectorAll("#dictionary-entries > section, .contents > div").forEach(function (part) {
          part.hidden = !part.querySelector(".entry:not([hidden]), li:not([hidden])");
        });
        if ((new URLSearchParams(window.location.search).get("q") || "") !== (search || "")) { remember(search); }
        return entries.length ? found + "/" + entries.length : "";
      },
      show: function (hash) {
        var entry = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
        if (entry) { entry.scrollIntoView(); }
        return window.dash_clientside.no_update;
      }
    }
  });
})();
