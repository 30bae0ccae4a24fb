// Sends a package chunk by chunk. What is acknowledged lies on the server's disk: a reload or a lost line goes on from there.
(() => {
  const form = document.querySelector('[data-package-form]');
  const box = document.querySelector('[data-upload]');
  if (!box) return;
  const words = JSON.parse(box.dataset.words);
  const find = (name) => box.querySelector(`[data-upload-${name}]`);
  const FIRST = 256 * 1024;
  const MOST = Number(box.dataset.most);
  const SLOW = 8000; // ms: a chunk that takes longer is followed by a smaller one
  const WAITS = [1, 2, 5, 10, 30]; // seconds between tries
  const pause = (ms) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    addEventListener('online', () => { clearTimeout(timer); done(); }, { once: true });
  });
  const mb = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

  async function ask(url, method, body, type) {
    const headers = { Accept: 'application/json', 'X-CSRFToken': box.dataset.token };
    if (type) headers['Content-Type'] = type;
    const answer = await fetch(url, { method, body, headers });
    const told = await answer.json().catch(() => ({}));
    return { status: answer.status, ...told, error: told.error };
  }

  function say(name, values = {}) {
    const said = find('said');
    const text = name ? Object.entries(values).reduce((all, [key, value]) => all.replace(`{${key}}`, value), words[name] || name) : '';
    if (said.textContent !== text) said.textContent = text;
  }

  function show(received, total) {
    box.hidden = false;
    find('count').textContent = words.stored.replace('{done}', mb(received)).replace('{total}', mb(total));
    find('bar').querySelector('rect').setAttribute('width', (100 * received) / total);
  }

  const stop = (name, values) => { say(name, values); lock(false); };
  function lock(on) {
    if (form) form.querySelectorAll('button, input, select').forEach((field) => { field.disabled = on; });
  }

  // Ends true when the server has it all, false when the person must do something first.
  async function send(file, url, from) {
    let [offset, size, tries] = [from, FIRST, 0];
    show(offset, file.size);
    while (offset < file.size) {
      const began = performance.now();
      let answer;
      const part = file.slice(offset, offset + size);
      try {
        await part.slice(0, 1).arrayBuffer();
      } catch { stop('unreadable'); return false; } // moved or changed since it was chosen
      try {
        answer = await ask(`${url}?offset=${offset}`, 'PATCH', part, 'application/octet-stream');
      } catch { answer = { status: 0 }; }
      if (answer.status === 200 || (answer.status === 409 && answer.state)) {
        if (answer.status === 409 && answer.state !== 'receiving') return true;
        const took = performance.now() - began;
        const same = answer.received === offset; // another request of ours is still being written
        offset = answer.received;
        size = Math.min(MOST, took > SLOW ? Math.max(size / 2, 65536) : size * 2);
        if (same) await pause(1000); else [tries] = [0, say('')];
        show(offset, file.size);
      } else if (answer.status === 401) {
        stop('signin');
        find('signin').hidden = false;
        return false;
      } else if (answer.status === 404) {
        stop('gone');
        return false;
      } else if (answer.status && answer.status < 500) {
        stop(answer.message || 'refused');
        return false;
      } else {
        say(answer.status === 507 ? 'room' : navigator.onLine === false ? 'offline' : 'trouble');
        size = Math.max(size / 2, 65536);
        await pause(1000 * (answer.status === 507 ? 60 : WAITS[Math.min(tries++, WAITS.length - 1)]));
      }
    }
    return true;
  }

  async function begin(file) {
    const fields = Object.fromEntries(new FormData(form));
    const body = JSON.stringify({ name: file.name, size: file.size, course: fields.course, unscripted: fields.unscripted });
    let answer;
    try {
      answer = await ask(form.dataset.packageForm, 'POST', body, 'application/json');
    } catch { answer = { status: 0 }; }
    if (answer.status === 201) return answer.url;
    stop(answer.message || { 0: 'offline', 401: 'signin', 507: 'full' }[answer.status] || 'trouble');
    return '';
  }

  async function chosen(event) {
    const [file] = form.querySelector('input[type=file]').files;
    if (!file) return; // the server says what is missing
    event.preventDefault();
    const known = box.dataset;
    box.hidden = false;
    if (known.name && (file.name.slice(-300) !== known.name || file.size !== Number(known.size))) {
      say('other', { name: known.name, size: mb(Number(known.size)) });
      return;
    }
    if (file.size > Number(known.largest)) {
      say('large');
      return;
    }
    say('');
    const data = known.url || await begin(file);
    if (!data) return;
    lock(true);
    history.replaceState(null, '', data); // a reload leads to the page where it goes on
    if (await send(file, data, Number(known.received || 0))) location.assign(data);
  }

  // The page of an upload that the worker has: it is shown anew when there is news.
  async function watch(url, state) {
    for (;;) {
      await pause(1500);
      const now = await ask(url, 'GET').catch(() => ({}));
      if (now.status === 401 || (now.state && `${now.state} ${now.publishing}` !== state)) { location.reload(); return; }
    }
  }

  if (form) form.addEventListener('submit', chosen);
  if (box.dataset.watch) watch(box.dataset.url, box.dataset.watch);
})();
