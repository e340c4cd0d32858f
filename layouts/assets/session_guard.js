/* What Dash keeps to itself: an ended session leads to the door and back; a fault is told, with what to do. */
(function () {
  var send = window.fetch;

  function tell(title, message) {
    var place = document.getElementById("fault");
    if (!place) { return; }
    place.textContent = "";
    place.className = "fault no-print";
    place.setAttribute("role", "alert");
    var heading = document.createElement("strong");
    heading.textContent = title;
    var said = document.createElement("span");
    said.textContent = message;
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", place.dataset.close);
    close.addEventListener("click", function () { place.hidden = true; });
    place.append(heading, said, close);
    place.hidden = false;
  }

  function refused(answer) {
    answer.clone().json().then(
      function (told) { tell(told.error || "", told.message || ""); },
      function () { tell(String(answer.status), ""); }
    );
  }

  window.fetch = function (resource, options) {
    var address = typeof resource === "string" ? resource : resource.url;
    var ours = address.indexOf("/_dash") >= 0;
    return send.call(this, resource, options).then(function (answer) {
      if (ours && answer.status === 401) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/login?next=" + encodeURIComponent(here));
      } else if (ours && answer.status >= 400) {
        refused(answer);
      }
      return answer;
    }, function (broken) {
      var place = document.getElementById("fault");
      if (ours && place) { tell("", place.dataset.offline); }
      throw broken;
    });
  };
})();
