// Live preview of a folder: ask whether a file has changed, and load the page again at the same place.
(() => {
  "use strict";
  const { mark } = document.currentScript.dataset;
  const kept = sessionStorage.getItem("preview-place");
  sessionStorage.removeItem("preview-place");
  if (kept) addEventListener("load", () => scrollTo(0, Number(kept)));
  const ask = async () => {
    try {
      const answer = await fetch("/mark", { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== mark) {
        sessionStorage.setItem("preview-place", String(scrollY));
        location.reload();
        return;
      }
    } catch {
      // The preview has ended; the page stays as it is.
    }
    setTimeout(ask, document.hidden ? 5000 : 1000);
  };
  setTimeout(ask, 1000);
})();
