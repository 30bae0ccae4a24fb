// A check: one question a page, an answer that stands once it is given, and a result on the last page.
// <form data-questions data-pass="80"> · <fieldset id data-right="b" data-objective="act"> · <p data-why>
"use strict";

(function () {
  const form = document.querySelector("[data-questions]");
  const questions = Array.from(form.querySelectorAll("fieldset"));
  const result = form.querySelector("[data-result]");
  const again = form.querySelector("[data-again]");
  let answers = record.remembered().answers || {};
  let began = Date.now();

  function chosen(question) {
    const input = question.querySelector("input:checked");
    return input ? input.value : "";
  }

  function mark(question) {
    const given = answers[question.id];
    const right = given === question.dataset.right;
    const said = question.parentElement.querySelector("[data-said]");
    question.querySelectorAll("input").forEach((input) => {
      input.checked = input.value === given;
      input.disabled = given !== undefined;
    });
    question.parentElement.querySelector("[data-answer]").hidden = given !== undefined;
    question.parentElement.querySelector("[data-why]").hidden = given === undefined;
    said.textContent = given === undefined ? "" : right ? "✓ Right." : "✗ Not right.";
    said.className = given === undefined ? "" : right ? "right" : "wrong";
  }

  function answer(question) {
    const given = chosen(question);
    const said = question.parentElement.querySelector("[data-said]");
    if (!given) {
      said.textContent = "Choose one answer first.";
      return;
    }
    answers[question.id] = given;
    record.remember({ answers: answers });
    record.answered({
      id: question.id,
      words: question.querySelector("legend").textContent.trim(),
      objective: question.dataset.objective || "",
      given: given,
      right: question.dataset.right,
      seconds: Math.round((Date.now() - began) / 1000),
    });
    mark(question);
  }

  function isRight(question) {
    return answers[question.id] === question.dataset.right;
  }

  // Only when every question has its answer: a score of half a check says nothing.
  function grade() {
    const open = questions.filter((question) => !answers[question.id]);
    if (open.length) {
      result.textContent = "Questions without an answer: " + open.length + ". Go back and answer them.";
      return;
    }
    const points = questions.filter(isRight).length;
    const needed = Math.ceil(questions.length * Number(form.dataset.pass) / 100);
    const passed = points >= needed;
    result.textContent = points + " of " + questions.length + " right. "
      + (form.dataset.measures !== undefined ? "" : passed ? "You have passed." : needed + " are needed.");
    form.querySelectorAll("[data-when]").forEach((one) => {
      one.hidden = one.dataset.when !== (passed ? "passed" : "failed");
    });
    if (again) again.hidden = passed;
    objectives();
    record.graded(points, questions.length, passed);
  }

  // An objective is met when all its questions were right.
  function objectives() {
    new Set(questions.map((question) => question.dataset.objective).filter(Boolean)).forEach((name) => {
      const own = questions.filter((question) => question.dataset.objective === name);
      record.objective(name, own.every(isRight), own.filter(isRight).length / own.length);
    });
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  questions.forEach((question) => {
    question.parentElement.querySelector("[data-answer]").addEventListener("click", () => answer(question));
    mark(question);
  });
  if (again) {
    again.addEventListener("click", () => {
      answers = {};
      record.remember({ answers: answers });
      questions.forEach(mark);
      document.dispatchEvent(new CustomEvent("place", { detail: questions[0].parentElement.id }));
    });
  }
  document.addEventListener("shown", (event) => {
    began = Date.now();
    if (event.detail.contains(result)) grade();
  });
})();
