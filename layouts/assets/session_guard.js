/* Handles failed callback requests: an expired session redirects to sign-in and back, other errors are shown. */
(function () {
  var send = window.fetch;

  function showFault(title, message) {
    var place = document.getElementById("fault");
    if (!place) { return; }
    place.textContent = "";
    place.className = "fault no-print";
    place.setAttribute("role", "alert");
    var heading = document.createElement("strong");
    heading.textContent = title;
    var text = document.createElement("span");
    text.textContent = message;
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", place.dataset.close);
    close.addEventListener("click", function () { place.hidden = true; });
    place.append(heading, text, close);
    place.hidden = false;
  }

  function showError(answer) {
    answer.clone().json().then(
      function (body) { showFault(body.error || "", body.message || ""); },
      function () { showFault(String(answer.status), ""); }
    );
  }

  window.fetch = function (resource, options) {
    var address = typeof resource === "string" ? resource : resource.url;
    var isCallback = address.indexOf("/_dash") >= 0;
    return send.call(this, resource, options).then(function (answer) {
      if (isCallback && answer.status === 401) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/login?next=" + encodeURIComponent(here));
      } else if (isCallback && answer.status >= 400) {
        showError(answer);
      }
      if (isCallback) { window.news.answered(answer); }
      return answer;
    }, function (failure) {
      var place = document.getElementById("fault");
      if (isCallback && place) { showFault("", place.dataset.offline); }
      if (isCallback) { window.news.failed(); }
      throw failure;
    });
  };
})();
