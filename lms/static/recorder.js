// The flight recorder: what content called, what it was answered, what was acknowledged. It goes when there is room, holds nothing
// up, and is no record of learning.
(() => {
  const MOST = 60000;
  const LAST = 16000; // when the page goes, for what the content says in its last moment needs room too
  const PACE = 60000; // a call each half minute is usual: more often, and the recorder would ask as much of the server as the record
  const CALLS = 3000;
  const began = Date.now();
  const short = (text) => String(text).slice(0, 200).replace(/[\u0000\ud800-\udfff]/gu, '\ufffd');
  const size = (row) => new Blob([JSON.stringify(row)]).size + 1;

  // `send(calls, keepalive)` resolves to whether they need not be sent again; `room()` is how much may leave with the page.
  Cleanroom.recorder = (send, room) => {
    let calls = [];
    let pacing = 0;

    // Equal questions in a row stand once, with how many they were.
    function record(...given) {
      const row = [Date.now() - began, ...given.map(short)];
      const last = calls[calls.length - 1];
      const same = row[1].endsWith('GetValue') && last && [1, 2, 4, 5].every((i) => last[i] === row[i]);
      if (same) last[3] = `×${Number(last[3].slice(1) || 1) + 1}`;
      else if (calls.length < CALLS) calls.push(row);
      pacing = pacing || setTimeout(flush, PACE);
    }

    async function flush(leaving = false) {
      clearTimeout(pacing);
      pacing = 0;
      let left = (leaving ? Math.min(LAST, room()) : MOST) - 100;
      const stop = calls.findIndex((row) => (left -= size(row)) < 0);
      const some = calls.splice(0, stop < 0 ? calls.length : stop);
      if (some.length && !await send(some, leaving)) calls = [...some, ...calls];
      if (calls.length) pacing = pacing || setTimeout(flush, PACE);
    }

    return { record, flush };
  };
})();
