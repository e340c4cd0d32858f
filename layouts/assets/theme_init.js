/* Runs before the first paint, so that a dark page never flashes white. Mantine keeps the choice under this key. */
(function () {
  var key = "mantine-color-scheme-value";
  var chosen = null;
  try { chosen = window.localStorage.getItem(key); } catch (blocked) { chosen = null; }
  if (chosen !== "dark" && chosen !== "light") {
    chosen = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    try { window.localStorage.setItem(key, chosen); } catch (blocked) { /* the page still shows */ }
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", chosen);
  document.documentElement.lang = document.cookie.indexOf("language=en") >= 0 ? "en" : "vi";
})();
