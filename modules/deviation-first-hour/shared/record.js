// What this page tells a learning system by SCORM 2004. Opened without one, it works and records nothing.
"use strict";

const record = (function () {
  const MOST_PARENTS = 50;
  const began = Date.now();
  const api = found(window) || (window.opener && found(window.opener)) || null;
  const started = api !== null && String(api.Initialize("")) === "true";
  let done = false;
  let finished = false;

  // The standard search: the frames around this one, then the window that opened it.
  function found(start) {
    let place = start;
    for (let n = 0; n < MOST_PARENTS; n += 1) {
      try {
        if (place.API_1484_11) return place.API_1484_11;
      } catch (error) {
        return null;
      }
      if (place.parent === place) return null;
      place = place.parent;
    }
    return null;
  }

  function get(element) {
    return String(api.GetValue(element));
  }

  function set(element, value) {
    if (started && !finished) api.SetValue(element, String(value));
  }

  function save() {
    if (started && !finished) api.Commit("");
  }

  function remembered() {
    try {
      return JSON.parse(started ? get("cmi.suspend_data") : "{}") || {};
    } catch (error) {
      return {};
    }
  }

  // The learning system names the objectives of the manifest; only their places are ours to find.
  function objective(name) {
    for (let n = 0; n < Number(get("cmi.objectives._count")); n += 1) {
      if (get("cmi.objectives." + n + ".id") === name) return "cmi.objectives." + n + ".";
    }
    return "";
  }

  function leave(request) {
    if (!started || finished) return;
    set("cmi.session_time", "PT" + Math.round((Date.now() - began) / 1000) + "S");
    set("cmi.exit", done ? "normal" : "suspend");
    if (request) set("adl.nav.request", request);
    api.Terminate("");
    finished = true;
  }

  function complete() {
    done = true;
    set("cmi.completion_status", "completed");
    save();
  }

  if (started && get("cmi.completion_status") === "unknown") set("cmi.completion_status", "incomplete");
  window.addEventListener("pagehide", () => leave(""));

  return {
    recording: started,
    goesOn: started,
    goOn: () => leave("continue"),
    placed: () => started ? get("cmi.location") : "",
    place: (name) => { set("cmi.location", name); save(); },
    remembered: remembered,
    remember: (values) => { set("cmi.suspend_data", JSON.stringify(values)); save(); },
    answered: (one) => {
      if (!started) return;
      const at = "cmi.interactions." + get("cmi.interactions._count") + ".";
      set(at + "id", one.id);
      set(at + "type", "choice");
      if (one.objective) set(at + "objectives.0.id", one.objective);
      set(at + "timestamp", new Date().toISOString().slice(0, 19) + "Z");
      set(at + "correct_responses.0.pattern", one.right);
      set(at + "weighting", 1);
      set(at + "learner_response", one.given);
      set(at + "result", one.given === one.right ? "correct" : "incorrect");
      set(at + "latency", "PT" + one.seconds + "S");
      set(at + "description", one.words.slice(0, 250));
      save();
    },
    objective: (name, met, measure) => {
      const at = started ? objective(name) : "";
      if (!at) return;
      set(at + "score.scaled", measure.toFixed(4));
      set(at + "success_status", met ? "passed" : "failed");
    },
    completed: complete,
    graded: (points, of, passed) => {
      set("cmi.score.min", 0);
      set("cmi.score.max", of);
      set("cmi.score.raw", points);
      set("cmi.score.scaled", (points / of).toFixed(4));
      set("cmi.success_status", passed ? "passed" : "failed");
      complete();
    },
  };
})();
