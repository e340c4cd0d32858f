/* The input that files are dropped on has the name that its zone shows. */
(function () {
  function name() {
    document.querySelectorAll(".upload input[type=file]:not([aria-labelledby])").forEach(function (input) {
      input.setAttribute("aria-labelledby", "returns-drop");
    });
  }
  new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
})();
