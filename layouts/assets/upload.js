/* Uploads dropped or chosen files one after the other; each has a row here until the server renders one. */
(function () {
  var files = [];
  var sending = null;
  var paused = false;
  var notifiedAt = 0;
  var notifyTimer = null;
  var focused = null;

  function zone() { return document.getElementById("returns-zone"); }

  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (each) { return each.indexOf(name + "=") === 0; })[0];
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }

  function button(text, act) {
    var made = element("button", "action", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function left() {
    return files.filter(function (one) { return one.number === null && !one.refused; }).length;
  }

  /* Triggers the server's rows at once, then at most once a second: once per file would be too often. */
  function notifyPage() {
    window.clearTimeout(notifyTimer);
    notifyTimer = window.setTimeout(function () {
      notifiedAt = Date.now();
      if (document.getElementById("returns-outcomes")) {
        window.dash_clientside.set_props("returns-sent", { data: { left: left(), at: notifiedAt } });
      }
    }, Math.max(0, notifiedAt + 1000 - Date.now()));
  }

  function setState(one, words, share) {
    one.state.textContent = words;
    one.line.classList.toggle("upload-fault", share === undefined);
    one.progress.hidden = share === undefined;
    if (share === null) { one.progress.removeAttribute("value"); } else if (share !== undefined) { one.progress.value = share; }
    one.buttons.textContent = "";
  }

  function forget(one) {
    files = files.filter(function (each) { return each !== one; });
    one.line.remove();
    notifyPage();
  }

  /* The file was rejected: it is not retried. */
  function refuse(one, words) {
    one.refused = true;
    setState(one, words);
    one.line.setAttribute("role", "alert");
    one.buttons.append(button(one.texts.put_away, function () { forget(one); input().focus(); }));
  }

  /* The transfer failed: the queue is paused until the reader retries or the network is back. */
  function pause(one, words) {
    paused = true;
    setState(one, words);
    one.line.setAttribute("role", "alert");
    one.buttons.append(button(one.texts.again, resume), button(one.texts.put_away, function () { forget(one); resume(); }));
  }

  function resume() {
    paused = false;
    next();
  }

  function handleResponse(one, request) {
    var payload = {};
    try { payload = JSON.parse(request.responseText); } catch (other) { /* answered by a proxy, not by the application */ }
    if (request.status === 202) {
      one.number = String(payload.upload);
      setState(one, one.texts.sent, null);
    } else if (request.status === 413) {
      refuse(one, one.texts.too_large);
    } else if (request.status === 401 || request.status === 400) {
      pause(one, one.texts.session);
    } else if (request.status >= 500 || request.status === 0) {
      pause(one, payload.message || one.texts.refused);
    } else {
      refuse(one, payload.message || one.texts.refused);
    }
  }

  function next() {
    if (sending || paused) { return; }
    sending = files.filter(function (one) { return one.number === null && !one.refused; })[0] || null;
    if (!sending) { return; }
    var one = sending;
    var form = new FormData();
    if (one.check) { form.append("check", "1"); }
    form.append("file", one.file, one.file.name);
    var request = new XMLHttpRequest();
    request.open("POST", one.address);
    request.setRequestHeader("X-CSRFToken", cookie("_csrf_token"));
    request.upload.addEventListener("progress", function (event) {
      var share = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      setState(one, one.texts.sending.replace("{share}", share), share);
    });
    request.addEventListener("load", function () { handleResponse(one, request); });
    request.addEventListener("error", function () { pause(one, one.texts.offline); });
    request.addEventListener("loadend", function () {
      sending = null;
      notifyPage();
      next();
    });
    one.line.removeAttribute("role");
    setState(one, one.texts.sending.replace("{share}", 0), 0);
    request.send(form);
  }

  function add(file) {
    var at = zone().dataset;
    var check = document.getElementById("returns-check-only");
    var one = {
      file: file, texts: Object.assign({}, at), address: at.address, check: check && check.checked, number: null, refused: false,
      line: element("div", "card upload-line"), state: element("span", "upload-state"), progress: element("progress", "upload-progress"),
      buttons: element("span", "upload-buttons")
    };
    one.progress.max = 100;
    one.progress.setAttribute("aria-label", file.name);
    one.line.append(element("strong", "upload-name", file.name), one.state, one.buttons, one.progress);
    files.push(one);
    var ending = (/\.[^.]*$/.exec(file.name.toLowerCase()) || [""])[0];
    if (at.kinds.split(",").indexOf(ending) < 0) { refuse(one, at.kind); }
    else if (file.size > Number(at.largest)) { refuse(one, at.too_large); }
    else { setState(one, at.waiting, 0); }
  }

  function take(list) {
    Array.from(list).forEach(add);
    place();
    notifyPage();
    next();
    var place_ = document.getElementById("returns-sending");
    if (place_ && files.length) { place_.scrollIntoView({ block: "nearest" }); }
  }

  function input() { return document.getElementById("returns-file"); }

  /* Dash has no plain file input. */
  function insertInput() {
    var at = zone();
    if (!at || input()) { return; }
    var made = element("input");
    made.type = "file";
    made.id = "returns-file";
    made.multiple = true;
    made.accept = at.dataset.kinds;
    made.addEventListener("change", function () {
      take(made.files);
      made.value = "";
    });
    at.querySelector(".drop-input").append(made);
  }

  /* Reattaches the rows when the page is rendered again; removes those that the server renders. */
  function place() {
    var at = document.getElementById("returns-sending");
    if (!at) { return; }
    files.filter(function (one) { return one.number && document.querySelector('[data-upload="' + one.number + '"]'); })
      .forEach(function (one) {
        files.splice(files.indexOf(one), 1);
        one.line.remove();
      });
    files.forEach(function (one) { if (one.line.parentNode !== at) { at.append(one.line); } });
  }

  /* If the focused button has been removed, focus moves to its row. */
  function refocus() {
    if (!focused || document.activeElement !== document.body) { return; }
    var target = focused.isConnected ? focused : input();
    focused = null;
    if (target) { target.focus(); }
  }

  document.addEventListener("focusin", function (event) {
    focused = event.target.closest ? event.target.closest(".upload-row") : null;
  });
  document.addEventListener("focusout", function (event) {
    window.setTimeout(function () { if (event.target.isConnected && document.activeElement === document.body) { focused = null; } });
  });

  function over(event) { return event.target.closest && event.target.closest("#returns-zone"); }

  /* A file dropped beside the zone would replace the page. */
  ["dragover", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!zone() || !event.dataTransfer || Array.from(event.dataTransfer.types).indexOf("Files") < 0) { return; }
      event.preventDefault();
      zone().classList.toggle("upload-active", name === "dragover" && Boolean(over(event)));
      if (name === "drop" && over(event)) { take(event.dataTransfer.files); }
    });
  });

  window.addEventListener("online", resume);
  window.addEventListener("beforeunload", function (event) { if (left()) { event.preventDefault(); } });
  /* Shows uploads sent from another tab once this tab becomes visible. */
  document.addEventListener("visibilitychange", function () { if (!document.hidden && zone()) { notifyPage(); } });
  new MutationObserver(function () {
    insertInput();
    place();
    refocus();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
