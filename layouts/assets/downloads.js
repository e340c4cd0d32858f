/* A file that is being made gives a sign until it comes. Only the answer knows when: it hands the word in a cookie back. */
(function () {
  var LOOK = 200, PATIENCE = 180000;

  function came(word) { return document.cookie.split("; ").indexOf("download_came=" + word) >= 0; }

  function tell(making) {
    var place = document.getElementById("making");
    if (place) {
      place.hidden = !making;
      place.textContent = making ? place.dataset.text : "";
    }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="/download/"]');
    if (!link) { return; }
    if (link.getAttribute("aria-busy") === "true") {
      event.preventDefault(); /* it would be made a second time */
      return;
    }
    var word = Date.now().toString(36), until = Date.now() + PATIENCE;
    document.cookie = "download_asked=" + word + "; path=/download; max-age=180; samesite=strict";
    link.setAttribute("aria-busy", "true");
    tell(true);
    var looking = setInterval(function () {
      if (came(word) || Date.now() > until) {
        clearInterval(looking);
        link.removeAttribute("aria-busy");
        tell(document.querySelector('a[href^="/download/"][aria-busy="true"]') !== null);
      }
    }, LOOK);
  });
})();
