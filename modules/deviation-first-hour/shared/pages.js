// The sections of a page as pages of their own: one at a time, with Back and Next, and the place kept.
// Without a script all sections stand one below the other.
"use strict";

(function () {
  const main = document.querySelector("main");
  const sections = Array.from(main.querySelectorAll("section"));
  const count = document.querySelector("[data-count]");
  const back = document.querySelector("[data-turn='-1']");
  const next = document.querySelector("[data-turn='1']");
  const over = document.querySelector("[data-over]");
  const graded = document.querySelector("[data-questions]") !== null;
  let shown = 0;

  function show(number, moved) {
    shown = Math.max(0, Math.min(sections.length - 1, number));
    const last = shown === sections.length - 1;
    sections.forEach((section, n) => { section.hidden = n !== shown; });
    count.textContent = "Page " + (shown + 1) + " of " + sections.length;
    back.disabled = shown === 0;
    next.hidden = last;
    record.place(sections[shown].id);
    if (last && !graded) {
      record.completed();
      over.hidden = false;
    }
    if (moved) heading(sections[shown]);
    document.dispatchEvent(new CustomEvent("shown", { detail: sections[shown] }));
  }

  // Who reads with the ears, or turns pages with the keyboard, begins at the head of the new page.
  function heading(section) {
    const head = section.querySelector("h2, legend");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  document.querySelectorAll("[data-turn]").forEach((button) => {
    button.addEventListener("click", () => show(shown + Number(button.dataset.turn), true));
  });
  document.querySelectorAll("[data-go-on]").forEach((button) => {
    button.hidden = !record.goesOn;
    button.addEventListener("click", () => record.goOn());
  });
  document.querySelectorAll("[data-stays]").forEach((words) => { words.hidden = record.goesOn; });
  document.querySelector("[data-unrecorded]").hidden = record.recording;
  document.documentElement.classList.add("paged");
  document.addEventListener("place", (event) => show(sections.findIndex((one) => one.id === event.detail), true));
  document.addEventListener("DOMContentLoaded", () => {
    show(Math.max(0, sections.findIndex((section) => section.id === record.placed())), false);
  });
})();
