// What this page tells a learning system by SCORM 1.2. Opened without one, it works and records nothing.
"use strict";

const record = (function () {
  const MOST_PARENTS = 50;
  const began = Date.now();
  const api = found(window) || (window.opener && found(window.opener)) || null;
  const started = api !== null && String(api.LMSInitialize("")) === "true";
  const earlier = started ? get("cmi.core.lesson_status") : "";
  let done = false;
  let finished = false;

  // The standard search: the frames around this one, then the window that opened it.
  function found(start) {
    let place = start;
    for (let n = 0; n < MOST_PARENTS; n += 1) {
      try {
        if (place.API) return place.API;
      } catch (error) {
        return null;
      }
      if (place.parent === place) return null;
      place = place.parent;
    }
    return null;
  }

  function get(element) {
    return String(api.LMSGetValue(element));
  }

  function set(element, value) {
    if (started && !finished) api.LMSSetValue(element, String(value));
  }

  function save() {
    if (started && !finished) api.LMSCommit("");
  }

  function span(seconds) {
    const two = (number) => String(Math.floor(number)).padStart(2, "0");
    return two(seconds / 3600).padStart(4, "0") + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
  }

  function remembered() {
    try {
      return JSON.parse(started ? get("cmi.suspend_data") : "{}") || {};
    } catch (error) {
      return {};
    }
  }

  // Whoever has passed stays passed, however often they read it again.
  function status(word) {
    done = true;
    if (earlier !== "passed" && !(earlier === "completed" && word === "failed")) set("cmi.core.lesson_status", word);
    save();
  }

  function leave() {
    if (!started || finished) return;
    set("cmi.core.session_time", span((Date.now() - began) / 1000));
    set("cmi.core.exit", done ? "" : "suspend");
    api.LMSFinish("");
    finished = true;
  }

  if (started && earlier === "not attempted") set("cmi.core.lesson_status", "incomplete");
  window.addEventListener("pagehide", leave);

  return {
    recording: started,
    goesOn: false,                       // SCORM 1.2 has no way to ask for what comes next
    goOn: leave,
    placed: () => started ? get("cmi.core.lesson_location") : "",
    place: (name) => { set("cmi.core.lesson_location", name); save(); },
    remembered: remembered,
    remember: (values) => { set("cmi.suspend_data", JSON.stringify(values)); save(); },
    answered: (one) => {
      if (!started) return;
      const at = "cmi.interactions." + get("cmi.interactions._count") + ".";
      set(at + "id", one.id);
      set(at + "type", "choice");
      set(at + "time", new Date().toTimeString().slice(0, 8));
      set(at + "correct_responses.0.pattern", one.right);
      set(at + "student_response", one.given);
      set(at + "result", one.given === one.right ? "correct" : "wrong");
      set(at + "weighting", 1);
      set(at + "latency", span(one.seconds));
      save();
    },
    objective: () => {},
    completed: () => status("completed"),
    graded: (points, of, passed) => {
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", Math.round(100 * points / of));
      status(passed ? "passed" : "failed");
    },
  };
})();
