/* Files are dropped or chosen, sent one after the other, and have a line here until the page has one of its own. */
(function () {
  var files = [];
  var sending = null;
  var stopped = false;
  var told = 0;
  var telling = null;
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

  /* The page's own lines follow at once, then at most once a second: each of many files alone would be too often. */
  function tell() {
    window.clearTimeout(telling);
    telling = window.setTimeout(function () {
      told = Date.now();
      if (document.getElementById("returns-outcomes")) {
        window.dash_clientside.set_props("returns-sent", { data: { left: left(), at: told } });
      }
    }, Math.max(0, told + 1000 - Date.now()));
  }

  function say(one, words, share) {
    one.state.textContent = words;
    one.line.classList.toggle("upload-fault", share === undefined);
    one.progress.hidden = share === undefined;
    if (share === null) { one.progress.removeAttribute("value"); } else if (share !== undefined) { one.progress.value = share; }
    one.buttons.textContent = "";
  }

  function forget(one) {
    files = files.filter(function (each) { return each !== one; });
    one.line.remove();
    tell();
  }

  /* A fault of this file: it is not sent again as it is. */
  function refuse(one, words) {
    one.refused = true;
    say(one, words);
    one.line.setAttribute("role", "alert");
    one.buttons.append(button(one.texts.put_away, function () { forget(one); input().focus(); }));
  }

  /* A fault of the way there: everything waits until the reader, or the network, says go on. */
  function stop(one, words) {
    stopped = true;
    say(one, words);
    one.line.setAttribute("role", "alert");
    one.buttons.append(button(one.texts.again, go), button(one.texts.put_away, function () { forget(one); go(); }));
  }

  function go() {
    stopped = false;
    next();
  }

  function answered(one, asked) {
    var given = {};
    try { given = JSON.parse(asked.responseText); } catch (other) { /* a server before ours has answered */ }
    if (asked.status === 202) {
      one.number = String(given.upload);
      say(one, one.texts.sent, null);
    } else if (asked.status === 413) {
      refuse(one, one.texts.too_large);
    } else if (asked.status === 401 || asked.status === 400) {
      stop(one, one.texts.session);
    } else if (asked.status >= 500 || asked.status === 0) {
      stop(one, given.message || one.texts.refused);
    } else {
      refuse(one, given.message || one.texts.refused);
    }
  }

  function next() {
    if (sending || stopped) { return; }
    sending = files.filter(function (one) { return one.number === null && !one.refused; })[0] || null;
    if (!sending) { return; }
    var one = sending;
    var form = new FormData();
    if (one.check) { form.append("check", "1"); }
    form.append("file", one.file, one.file.name);
    var asked = new XMLHttpRequest();
    asked.open("POST", one.address);
    asked.setRequestHeader("X-CSRFToken", cookie("_csrf_token"));
    asked.upload.addEventListener("progress", function (event) {
      var share = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      say(one, one.texts.sending.replace("{share}", share), share);
    });
    asked.addEventListener("load", function () { answered(one, asked); });
    asked.addEventListener("error", function () { stop(one, one.texts.offline); });
    asked.addEventListener("loadend", function () {
      sending = null;
      tell();
      next();
    });
    one.line.removeAttribute("role");
    say(one, one.texts.sending.replace("{share}", 0), 0);
    asked.send(form);
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
    else { say(one, at.waiting, 0); }
  }

  function take(list) {
    Array.from(list).forEach(add);
    place();
    tell();
    next();
    var place_ = document.getElementById("returns-sending");
    if (place_ && files.length) { place_.scrollIntoView({ block: "nearest" }); }
  }

  function input() { return document.getElementById("returns-file"); }

  /* Dash has no input for files. */
  function furnish() {
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

  /* Lines stand where the page is shown again, and go when it has its own. */
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

  /* Who pressed a button that is gone since, goes on from the line that it was in. */
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

  /* What is dropped beside the zone would open in place of the page. */
  ["dragover", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!zone() || !event.dataTransfer || Array.from(event.dataTransfer.types).indexOf("Files") < 0) { return; }
      event.preventDefault();
      zone().classList.toggle("upload-active", name === "dragover" && Boolean(over(event)));
      if (name === "drop" && over(event)) { take(event.dataTransfer.files); }
    });
  });

  window.addEventListener("online", go);
  window.addEventListener("beforeunload", function (event) { if (left()) { event.preventDefault(); } });
  /* What was sent from another tab is shown when this one is looked at. */
  document.addEventListener("visibilitychange", function () { if (!document.hidden && zone()) { tell(); } });
  new MutationObserver(function () {
    furnish();
    place();
    refocus();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
