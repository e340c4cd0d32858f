/* Says when the data of an open page has grown old, and fills the page again in place when its reader asks for it. */
(function () {
  var EVERY = 20000, LONGEST = 300000; /* milliseconds between two polls; the longer while the server is away */
  var SILENT = 2; /* polls may fail so often before the reader is told: a moment is not an outage */
  var LINGER = 6000;
  var send = window.fetch; /* not the one that reports failed callbacks */
  var shown = null; /* tag of the data on the page; none on pages that show none, or that of an instant */
  var latest = null; /* tag of the data on the server */
  var state = "", failures = 0, timer = null, asking = false, over = false;
  var focused = null; /* where the reader was before the bar */

  function part(kind, text) {
    var made = document.createElement(kind);
    made.textContent = text;
    return made;
  }

  function say(next) {
    var bar = document.getElementById("news");
    if (!bar || next === state) { return; }
    state = next;
    bar.textContent = "";
    if (!next) { return; }
    bar.append(part("span", bar.dataset[next]));
    if (next === "came") {
      var button = part("button", bar.dataset.renew);
      button.type = "button";
      button.addEventListener("click", renew);
      bar.append(button);
    }
    if (next === "ended") {
      var link = part("a", bar.dataset.enter);
      link.href = "/login?next=" + encodeURIComponent(window.location.pathname + window.location.search);
      bar.append(link);
    }
    if (next === "done") { window.setTimeout(function () { if (state === "done") { judge(); } }, LINGER); }
  }

  function judge() {
    if (over) { return; }
    say(failures >= SILENT ? "away" : (shown !== null && latest !== null && latest !== shown ? "came" : ""));
  }

  /* Content that Dash replaces is mounted anew, with everything closed that the reader had opened. */
  var open = [];
  var replaced = new MutationObserver(function () {
    open = open.filter(function (old) {
      if (old.isConnected) { return true; }
      var name = old.firstElementChild.textContent;
      Array.prototype.forEach.call(document.querySelectorAll("#main details"), function (each) {
        if (each.firstElementChild.textContent === name) { each.open = true; }
      });
      return false;
    });
    if (!open.length) { replaced.disconnect(); }
  });

  function keepOpen() {
    open = Array.prototype.slice.call(document.querySelectorAll("#main details[open]"));
    replaced.observe(document.getElementById("main"), { childList: true, subtree: true });
  }

  function renew() {
    say("busy");
    keepOpen();
    if (focused && focused.isConnected) { focused.focus({ preventScroll: true }); }
    window.dash_clientside.set_props("renewal", { data: Date.now() });
  }

  function plan() {
    window.clearTimeout(timer);
    if (document.hidden || over) { return; }
    var pause = Math.min(EVERY * Math.pow(2, failures), LONGEST);
    timer = window.setTimeout(ask, pause * (0.9 + 0.2 * Math.random())); /* open pages must not poll in step */
  }

  function ask() {
    if (asking || over || document.hidden || shown === null) { plan(); return; }
    var about = shown;
    asking = true;
    send.call(window, "/_news", { headers: { "If-None-Match": shown }, cache: "no-store" }).then(function (answer) {
      if (answer.status === 401) { over = true; say("ended"); return; }
      if (answer.status !== 204 && answer.status !== 304) { throw new Error(String(answer.status)); }
      failures = 0;
      if (about === shown) { latest = answer.headers.get("ETag"); } /* else the page was filled meanwhile */
    }).catch(function () { failures += 1; }).then(function () {
      asking = false;
      if (state !== "busy" && state !== "done") { judge(); }
      plan();
    });
  }

  document.addEventListener("visibilitychange", ask);
  window.addEventListener("online", ask);
  document.addEventListener("focusin", function (event) {
    if (!event.target.closest("#news")) { focused = event.target; }
  });
  plan();

  window.news = {
    /* A callback was answered; those that fill the page say with which data. */
    answered: function (answer) {
      var tag = answer.headers.get("X-Data-Shown");
      if (!tag) {
        if (answer.status >= 400) { window.news.failed(); }
        return;
      }
      failures = 0;
      shown = latest = tag;
      if (state === "busy") { say("done"); } else { judge(); }
    },
    failed: function () { if (state === "busy") { judge(); } },
    /* Another page comes: it says itself which data it shows. */
    left: function () {
      shown = null;
      open = [];
      judge();
    }
  };
})();
