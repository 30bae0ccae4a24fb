// Tests what packages need of this device and its line. Nothing is recorded: the results stay on this page.
(() => {
  const box = document.querySelector('[data-check]');
  const words = JSON.parse(box.dataset.words);
  const LIMIT = 15000; // ms: what takes longer counts as blocked
  const SLOW = 5000;
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const random = (length) => [...crypto.getRandomValues(new Uint8Array(length))].map((n) => letters[n % 32]).join('');
  const fill = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name]);
  const number = (value) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const size = Number(box.dataset.size);

  async function get(url, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LIMIT);
    try {
      return await fetch(url, { cache: 'no-store', signal: stop.signal, ...options });
    } finally { clearTimeout(timer); }
  }

  async function asked(url, options = {}) {
    const nonce = random(20);
    const [began, sent] = [performance.now(), Date.now()];
    const headers = { Authorization: `Bearer ${nonce}`, ...options.headers };
    const answer = await get(`${url}?nonce=${nonce}`, { ...options, headers });
    const told = await answer.json();
    return { ...told, fresh: told.nonce === nonce, took: performance.now() - began, sent };
  }

  // A fresh name each time: only a wildcard in names and certificates answers for it.
  const content = () => box.dataset.hosts.replace('{label}', random(52)) + '/probe';

  async function hosts() {
    if (!box.dataset.hosts) return ['fail', 'unset'];
    const told = await asked(content()).catch(() => null);
    if (!told) return ['fail', 'blocked', { names: box.dataset.hosts.replace('{label}', '*') }];
    if (!told.fresh) return ['fail', 'kept'];
    return box.dataset.single ? ['warn', 'single'] : ['good', 'hosts'];
  }

  const database = () => new Promise((done, fail) => {
    const name = 'cleanroom-check';
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('probe');
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const text = random(30);
      const put = db.transaction('probe', 'readwrite');
      put.objectStore('probe').put(text, 'probe');
      put.onerror = put.onabort = () => fail(put.error);
      put.oncomplete = () => {
        const read = db.transaction('probe').objectStore('probe').get('probe');
        read.onerror = () => fail(read.error);
        read.onsuccess = () => {
          db.close();
          indexedDB.deleteDatabase(name);
          done(read.result === text);
        };
      };
    };
  });

  async function storage() {
    let local = false;
    try {
      const text = random(30);
      localStorage.setItem('cleanroom-check', text);
      local = localStorage.getItem('cleanroom-check') === text;
      localStorage.removeItem('cleanroom-check');
    } catch { /* refused */ }
    const large = await database().catch(() => false);
    if (local && large) return ['good', 'storage'];
    return local || large ? ['warn', 'half'] : ['fail', 'unkept'];
  }

  async function upload() {
    const body = new Blob([new Uint8Array(size)], { type: 'application/octet-stream' });
    const places = [box.dataset.upload, ...(box.dataset.hosts ? [content()] : [])];
    let longest = 0;
    for (const place of places) {
      const told = await asked(place, { method: 'POST', body }).catch(() => null);
      if (!told || told.received !== size) return ['fail', 'cut'];
      longest = Math.max(longest, told.took);
    }
    return [longest > SLOW ? 'warn' : 'good', longest > SLOW ? 'slow' : 'upload', { seconds: number(longest / 1000) }];
  }

  async function clock() {
    const told = await asked(box.dataset.upload, { method: 'POST', body: '' }).catch(() => null);
    if (!told) return ['fail', 'silent'];
    const off = Math.round((told.sent + told.took / 2 - Date.parse(told.now)) / 1000);
    const minutes = number(Math.abs(off) / 60);
    if (Math.abs(off) < 60) return ['good', 'clock', { seconds: number(Math.abs(off)) }];
    return ['warn', off > 0 ? 'fast' : 'behind', { minutes }];
  }

  async function proxy() {
    const told = await asked(box.dataset.hosts ? content() : box.dataset.upload, box.dataset.hosts ? {} : { method: 'POST', body: '' }).catch(() => null);
    const page = await get(`${box.dataset.url}?nonce=${random(20)}`).catch(() => null);
    const text = page && await page.text().catch(() => null);
    if (!told || !page) return ['fail', 'silent'];
    if (!told.authorization) return ['fail', 'stripped'];
    if (text !== box.dataset.sample) return ['fail', 'rewritten'];
    if (!page.headers.get('Content-Security-Policy')) return ['fail', 'headers'];
    return ['good', 'proxy'];
  }

  function show(name, [state, code, values]) {
    const row = box.querySelector(`[data-row="${name}"]`);
    row.dataset.result = state;
    row.querySelector('[data-state-now]').replaceChildren(box.querySelector(`template[data-pill="${state}"]`).content.cloneNode(true));
    row.querySelector('[data-detail]').textContent = fill(code, values);
    return state;
  }

  async function run() {
    const tests = { hosts, storage, upload, clock, proxy };
    const states = [];
    for (const [name, test] of Object.entries(tests)) {
      states.push(show(name, await test().catch(() => ['fail', 'silent'])));
    }
    const worst = ['fail', 'warn', 'good'].find((state) => states.includes(state));
    box.querySelector('[data-verdict]').textContent = words[`all-${worst}`];
    box.dataset.done = worst;
  }

  run();
})();
