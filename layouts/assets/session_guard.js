/* An expired session answers 401 to Dash's own requests; lead the reader to sign in and back to the same view. */
(function () {
  var send = window.fetch;
  window.fetch = function (resource, options) {
    return send.call(this, resource, options).then(function (answer) {
      var address = typeof resource === "string" ? resource : resource.url;
      if (answer.status === 401 && address.indexOf("/_dash") >= 0) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/login?next=" + encodeURIComponent(here));
      }
      return answer;
    });
  };
})();
