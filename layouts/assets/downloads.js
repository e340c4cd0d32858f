/* Shows that a download is being generated until it arrives: the response echoes the token of the request in a cookie. */
(function () {
  var POLL_INTERVAL = 200, TIMEOUT = 180000;

  function arrived(token) { return document.cookie.split("; ").indexOf("download_came=" + token) >= 0; }

  function announce(pending) {
    var place = document.getElementById("making");
    if (place) {
      place.hidden = !pending;
      place.textContent = pending ? place.dataset.text : "";
    }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="/download/"]');
    if (!link) { return; }
    if (link.getAttribute("aria-busy") === "true") {
      event.preventDefault(); /* a second click would generate it twice */
      return;
    }
    var token = Date.now().toString(36), until = Date.now() + TIMEOUT;
    document.cookie = "download_asked=" + token + "; path=/download; max-age=180; samesite=strict";
    link.setAttribute("aria-busy", "true");
    announce(true);
    var poll = setInterval(function () {
      if (arrived(token) || Date.now() > until) {
        clearInterval(poll);
        link.removeAttribute("aria-busy");
        announce(document.querySelector('a[href^="/download/"][aria-busy="true"]') !== null);
      }
    }, POLL_INTERVAL);
  });
})();
