/* Sends the first callbacks of a page while the scripts that will ask for them are still loading. */
(function () {
  var path = "/_dash-update-component";
  var changed = ["_pages_location.pathname", "_pages_location.search"]; /* as the renderer says when a page is opened */
  var send = window.fetch;
  var waiting = {}; /* responses by the body of their request, until the renderer sends the same */

  function token() {
    var found = document.cookie.split("; ").filter(function (each) { return each.indexOf("_csrf_token=") === 0; })[0];
    return found ? found.slice("_csrf_token=".length) : "";
  }

  function located(input) {
    var from = { id: input.id, property: input.property };
    if (input.id === "_pages_location") { from.value = window.location[input.property]; }
    return from;
  }

  function body(call) {
    var sent = { output: call.output, outputs: call.outputs, inputs: call.inputs.map(located), changedPropIds: changed, parsedChangedPropsIds: changed };
    if (call.state.length) { sent.state = call.state; }
    return JSON.stringify(sent);
  }

  JSON.parse(document.getElementById("first-callbacks").textContent).forEach(function (call) {
    var text = body(call);
    var headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() };
    waiting[text] = send.call(window, path, { method: "POST", credentials: "same-origin", headers: headers, body: text });
    waiting[text].catch(function () { /* whoever asks is told */ });
  });

  window.fetch = function (resource, options) {
    var early = options && String(resource).split("?")[0] === path && waiting[options.body];
    if (!early) { return send.apply(this, arguments); }
    delete waiting[options.body];
    return early;
  };
})();
