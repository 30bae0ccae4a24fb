// The journal: each act is written on the device at once, sent soon after, and forgotten only when the server has acknowledged it.
// Acts are numbered within their page load, so sending one twice never counts twice. Nothing is sent for another person.
(() => {
  const MOST = 50;
  const BYTES = 60000; // browsers let 64 kB leave with a closing page
  const ROOM = 300; // of it around the acts
  const LINE = 15000;
  const SLOWEST = 4; // bytes of a large value that a poor line takes in a millisecond
  const SOON = 200;
  const SLOW = 800;
  const LONGEST = 30; // seconds between tries
  const CLOSING = 2000; // how long a page may take to go
  const TRIES = 3; // before acts that the server fails on go one by one, and again before they let others go first

  // An act that is refused for good is set aside with the words about it: it stays on the device and is not sent again.
  const live = (act) => act.aside === undefined;
  const ready = (set) => (set.dead ? [] : set.acts.filter((act) => !act.flying && live(act)));
  const thing = ({ kind, body }) => (body && (body.question || body.id || body.e)) || kind;
  const same = (act) => (one) => one.kind === act.kind && thing(one) === thing(act);
  const size = (text) => new Blob([text]).size;
  const local = (act) => { try { return act(localStorage); } catch (error) { return null; } };
  const here = (act) => { try { return act(sessionStorage); } catch (error) { return null; } };

  // A second copy, because a browser that is killed may lose the last seconds of its local storage.
  const base = new Promise((done) => {
    try {
      const opening = indexedDB.open('cleanroom', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('journal');
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => done(null);
    } catch (error) { done(null); }
  });
  const mirror = (act) => base.then((db) => db && new Promise((done) => {
    const work = db.transaction('journal', 'readwrite', { durability: 'strict' });
    const asked = act(work.objectStore('journal'));
    work.oncomplete = () => done(asked.result);
    work.onabort = () => done(null);
  })).catch(() => null);

  // A page holds the lock of its page load while it is open: what it has written is left to it.
  const alone = (load, work, how = {}) => (navigator.locks ? navigator.locks.request(`cr|${load}`, how, work).catch(work) : work(true));

  // It also leaves a mark on the device, so that a tab copied by the browser sees at once that the page load is another page's.
  const PAGE = `${Math.random()}`;
  const owner = (name) => local((s) => s.getItem(`cr-own|${name}`));
  const mark = (name) => [null, PAGE].includes(owner(name)) && (local((s) => s.setItem(`cr-own|${name}`, PAGE)), true);
  const unmark = (name) => local((s) => s.removeItem(`cr-own|${name}`));

  class Journal {
    // `headers` makes those that each batch carries besides its own. Unless it `keeps` them, refused acts are done with.
    constructor({ url, pageLoad = '', person, scope, lease = 0, most = MOST, headers, keeps = true, onState = () => {}, onReply = () => {} }) {
      Object.assign(this, { url, most, headers, keeps, onState, onReply, failures: 0, aloft: 0, trouble: '', time: '', told: '', names: new Set(), gone: new Set(), early: [] });
      this.prefix = `cr|${person}|${scope ? `${scope}|` : ''}`; // without a scope: all that this person has left
      this.own = { load: pageLoad, url, lease, acts: [], open: true };
      this.sets = [this.own];
      // A page that comes back from the browser's own cache goes on counting.
      this.last = Number(here((s) => s.getItem(`cr|${pageLoad}`))) || 0;
      // Pages of a device come one after the other, whatever its clock says.
      this.turn = 1 + (Number(local((s) => s.getItem('cr'))) || 0);
      this.kept = local((s) => { s.setItem('cr', this.turn); return true; });
      local((s) => Object.keys(s).forEach((key) => this.take(key, s.getItem(key), true)));
      this.ready = mirror((store) => store.getAll(IDBKeyRange.bound(this.prefix, `${this.prefix}~`)))
        .then((rows) => { (rows || []).forEach(([key, text]) => this.take(key, text)); this.replay(); });
      this.hold();
      this.adopt();
      this.replay();
      this.listen();
      this.show();
      const words = document.querySelector('[data-save="none"] [data-save-now]');
      if (words) words.hidden = true; // they are for pages whose buttons save
    }

    // Let go on leaving, because a browser may put the page aside with its locks, and come back to it.
    hold(fresh = true) {
      const { load } = this.own;
      this.open = new Promise((done) => { this.release = done; });
      if (load && !mark(load)) this.copied();
      else if (load) alone(load, (lock) => (lock ? this.open : this.copied()), { ifAvailable: fresh || !this.kept });
      this.names.forEach((name) => this.sole(name));
    }

    letGo() {
      [this.own.load, ...this.names].filter((name) => owner(name) === PAGE).forEach(unmark);
      this.release();
    }

    // Nothing is numbered in the page load of another page: this one asks for its own, and what is done meanwhile goes there.
    copied() {
      this.copy = true;
      this.own.open = false;
      location.reload();
    }

    adopt() {
      if (this.copy) return;
      (JSON.parse(here((s) => s.getItem(this.prefix))) || []).forEach((act) => this.add(...act));
      here((s) => s.removeItem(this.prefix));
    }

    // Whether no other open page goes by this name, which a copied tab has from its original.
    sole(name) {
      this.names.add(name);
      if (!navigator.locks) return Promise.resolve(mark(name));
      const how = { signal: AbortSignal.timeout(CLOSING) };
      return new Promise((done) => {
        navigator.locks.request(`cr|${name}`, how, () => { done(true); return this.open; }).catch((error) => done(error.name !== 'TimeoutError'));
      });
    }

    listen() {
      addEventListener('online', () => this.again());
      addEventListener('pagehide', () => { this.leave(); this.letGo(); });
      addEventListener('pageshow', (event) => { if (event.persisted) this.hold(false); this.again(); });
      document.addEventListener('visibilitychange', () => { if (document.hidden) this.leave(); else this.again(); });
      document.addEventListener('submit', (event) => { if (event.target.matches('[data-sign-out]')) this.signOut(event); });
    }

    // Acts that an earlier page load of this person and scope has left.
    take(key, text, stored) {
      if (!key.startsWith(this.prefix) || this.gone.has(key)) return;
      const [load, number] = key.split('|').slice(-2);
      const n = Number(number);
      let set = this.sets.find((one) => one.load === load);
      try {
        const { url, lease, turn, page, title, aside, ...act } = JSON.parse(text);
        if (!set) this.sets.unshift(set = { load, url, lease, turn, acts: [] });
        this.turn = Math.max(this.turn, turn + 1);
        set.lease = Math.max(set.lease, lease); // a page may have got a newer one while it was open
        if (!set.acts.some((one) => one.n === n)) set.acts.push({ key, n, stored, tries: 0, page, title, aside, ...act, record: text, text: JSON.stringify({ n, ...act }) });
      } catch (error) { return; }
      set.acts.sort((a, b) => a.n - b.n);
      if (set === this.own) this.last = Math.max(this.last, n);
      this.sets.sort((a, b) => (a === this.own) - (b === this.own) || a.turn - b.turn);
    }

    replay() {
      this.sets.filter((set) => !set.asked && set !== this.own).forEach((set) => {
        set.asked = new Promise((done) => {
          alone(set.load, () => {
            // Where another tab had to close first, it may have sent some meanwhile.
            set.acts = set.acts.filter((act) => !act.stored || local((s) => s.getItem(act.key)));
            set.open = true;
            unmark(set.load);
            this.begin();
            done();
            return this.open;
          });
        });
      });
      if (this.pending) this.begin();
    }

    // For a page that sends what earlier ones have left before it asks for a page load of its own; what another tab still
    // holds is left to that.
    async past(ms) {
      const asked = this.ready.then(() => Promise.all(this.sets.map((set) => set.asked)));
      await Promise.race([asked, new Promise((done) => { setTimeout(done, ms); })]);
      return this.flush();
    }

    // From now on acts belong to this page load; what the one before has not sent goes on as it was.
    name(load, lease) {
      this.own = { load, url: this.url, lease, acts: [], open: true };
      this.last = 0;
      this.sets.push(this.own);
      this.hold();
    }

    add(kind, body, at = new Date().toISOString()) {
      if (this.copy) {
        this.early.push([kind, body, at]);
        here((s) => s.setItem(this.prefix, JSON.stringify(this.early)));
        return;
      }
      const n = this.last += 1;
      const act = { kind, body, at };
      const key = `${this.prefix}${this.own.load}|${n}`;
      const where = { page: location.pathname, title: document.title };
      const record = JSON.stringify({ ...act, ...where, url: this.url, lease: this.own.lease, turn: this.turn });
      this.kept = this.write(key, record);
      here((s) => s.setItem(`cr|${this.own.load}`, n));
      this.own.acts.push({ key, n, tries: 0, ...where, ...act, record, text: JSON.stringify({ n, ...act }) });
      this.begin();
    }

    write(key, record) {
      mirror((store) => store.put([key, record], key));
      return local((s) => { s.setItem(key, record); return true; });
    }

    begin() {
      if (!this.slow) this.slow = setTimeout(() => { this.late = true; this.show(); }, SLOW);
      if (!this.kept) this.drain();
      else if (!this.timer) this.timer = setTimeout(() => this.drain(), SOON);
      this.show();
    }

    again() {
      if (this.pending) this.drain();
    }

    get waiting() {
      return [].concat(...this.sets.filter((set) => set.open || set === this.own).map((set) => set.acts.filter(live)));
    }

    get pending() {
      return this.waiting.length;
    }

    // What the server may not know yet, the oldest first: pages show it until it is acknowledged.
    get unsent() {
      return this.all.filter(live);
    }

    get aside() {
      return this.all.filter((act) => !live(act));
    }

    get all() {
      return [].concat(...this.sets.map((set) => set.acts));
    }

    drain() {
      if (this.rest) return Promise.resolve();
      clearTimeout(this.timer);
      this.timer = 0;
      this.wanted = true;
      // Who asks in the moment between the last act of a run and its end must not be forgotten.
      this.running = this.running || this.run().then(() => {
        this.running = null;
        this.show();
        return this.wanted && this.drain();
      });
      return this.running;
    }

    async run() {
      let set;
      do {
        this.wanted = false;
        const sets = this.sets.filter((one) => one.open && ready(one).length);
        set = sets.find((one) => ready(one).some((act) => act.tries < 2 * TRIES)) || sets[0];
      } while (set && await this.send(set, this.batch(set)));
    }

    // The next acts of a set: always one, and as many more as there is room for. Where the server has failed on some of
    // them again and again, one by one, the least tried first: an act that it never takes must not hold back the others.
    batch(set, room = BYTES) {
      let acts = ready(set).slice(0, set.most || this.most);
      if (acts.some((act) => act.tries >= TRIES)) acts = ready(set).sort((a, b) => a.tries - b.tries).slice(0, 1);
      let left = room - ROOM;
      const over = acts.findIndex((act) => (left -= size(act.text) + 1) < 0);
      return over < 0 ? acts : acts.slice(0, Math.max(over, 1));
    }

    // True when there may be more to send now.
    async send(set, acts) {
      const body = `{"page_load":${JSON.stringify(set.load)},"lease":${set.lease},"ops":[${acts.map((act) => act.text)}]}`;
      const bytes = size(body);
      const keepalive = bytes <= BYTES;
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), LINE + bytes / SLOWEST);
      const headers = { 'Content-Type': 'application/json', Accept: 'application/json', ...(this.headers && this.headers()) };
      let [status, reply, wait] = [0, {}, 0];
      this.aloft += keepalive && bytes;
      acts.forEach((act) => { act.flying = true; });
      try {
        const answer = await fetch(set.url, { method: 'POST', headers, body, keepalive, signal: stop.signal });
        status = answer.status;
        if ([429, 503].includes(status)) wait = Math.min(answer.headers?.get('Retry-After') || 0, 300);
        reply = await answer.json();
      } catch (error) {
        if (status < 400) status = 0; // no line, no answer in time, or a page that is not ours
      }
      clearTimeout(limit);
      this.aloft -= keepalive && bytes;
      acts.forEach((act) => { act.flying = false; });
      return this.hear(set, acts, status, reply || {}, wait);
    }

    hear(set, acts, status, reply, wait) {
      const known = Number.isInteger(reply.acked);
      if (known) this.forget(set, acts, reply);
      if (status === 401) return this.signIn(reply);
      if (status === 409 && reply.error === 'older') this.stop(set, 'older');
      else if ([403, 404].includes(status)) this.stop(set, 'refused');
      else if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) this.refuse(set, acts);
      else if (!known) {
        // Others than 500 say that the server is away, whatever is sent.
        if (status === 500) acts.forEach((act) => { act.tries += 1; });
        return this.fail(wait);
      }
      this.failures = 0;
      this.away = '';
      this.onReply(reply, set === this.own);
      this.show();
      if (this.pending && !this.running) this.begin(); // what waited for the server, which is there again
      return true;
    }

    // Only what was sent here is judged by the reply: of other acts it does not say whether their content is stored.
    forget(set, sent, { acked, missing, late = [], refused = [], older, saved_at_text: time }) {
      const told = new Map(refused.map(({ n, message = '' }) => [n, message]));
      const lost = (act) => told.has(act.n) && !late.includes(act.n) && (this.keeps || act.n > acked);
      sent.filter(lost).forEach((act) => this.setAside(act, told.get(act.n), true));
      // A number that was lost on the device leaves a gap, behind which the rest is stored all the same.
      const done = sent.filter((act) => live(act) && (act.n <= acked || late.includes(act.n) || (missing && !missing.includes(act.n))));
      this.drop((act) => done.includes(act) || (!live(act) && done.some((one) => this.replaces(one, act))));
      this.time = time || this.time;
      if (older && set === this.own) this.trouble = 'older';
      else if (late.length && this.keeps && !this.trouble) [this.trouble, this.said] = ['refused', told.get(late[0])];
    }

    // Whether an act gives the same again as another, that was done before.
    replaces(act, other) {
      const place = (one) => this.sets.findIndex((set) => set.acts.includes(one));
      return same(act)(other) && (place(act) - place(other) || act.n - other.n) > 0;
    }

    // Until the same is given again.
    setAside(act, words, forGood) {
      this.drop((one) => !live(one) && this.replaces(act, one));
      act.aside = words;
      if (forGood) this.write(act.key, JSON.stringify({ ...JSON.parse(act.record), aside: words }));
    }

    drop(gone) {
      this.all.filter(gone).forEach((act) => {
        local((s) => s.removeItem(act.key));
        this.gone.add(act.key); // the second copy may still be on its way here
        this.cleared = mirror((store) => store.delete(act.key));
      });
      this.sets.forEach((set) => { set.acts = set.acts.filter((act) => !gone(act)); });
    }

    // One of the acts is refused: halves find it. Another server on the way may have said so, so the next page tries again.
    refuse(set, acts) {
      set.most = acts.length >> 1;
      if (acts.length === 1) this.setAside(acts[0], '');
    }

    // The acts stay on the device; this page does not send them again.
    stop(set, state) {
      set.dead = true;
      if (state === 'refused' || set === this.own) this.trouble = state;
    }

    // `wait`: for so many seconds nothing is sent, whatever happens meanwhile, because the server has asked for that.
    fail(wait = 0) {
      this.failures += 1;
      const seconds = Math.max(Math.min(LONGEST, 2 ** (this.failures - 1)), 2 * wait);
      this.rest = this.rest || wait;
      if (wait) clearTimeout(this.timer);
      // Not all at the same moment, when a server comes back to thousands.
      this.timer = (!wait && this.timer) || setTimeout(() => { this.rest = 0; this.drain(); }, seconds * (500 + Math.random() * 500));
      this.show();
      return false;
    }

    signIn({ url }) {
      this.away = url || '/sign-in';
      this.show();
      return false;
    }

    // What is not on its way yet goes with the closing page; what does not arrive is sent by the next one.
    leave() {
      this.sets.filter((set) => set.open || (set === this.own && !this.copy)).forEach((set) => {
        for (let acts = this.parting(set); acts.length; acts = this.parting(set)) this.send(set, acts);
      });
    }

    // As many acts as may still go, the smallest first: one that is too large must not hold back the others.
    parting(set) {
      const sizes = new Map(ready(set).map((act) => [act, size(act.text) + 1]));
      let left = this.room - ROOM;
      const fit = [...sizes.keys()].sort((a, b) => sizes.get(a) - sizes.get(b)).filter((act) => (left -= sizes.get(act)) >= 0);
      return fit.sort((a, b) => a.n - b.n).slice(0, this.most);
    }

    // How much may still leave with a closing page.
    get room() {
      return BYTES - this.aloft;
    }

    // Resolves to whether everything is stored.
    async flush() {
      await this.drain();
      return !this.pending;
    }

    async signOut(event) {
      const form = event.target;
      if (!this.pending) return;
      event.preventDefault();
      await Promise.race([this.flush(), new Promise((done) => { setTimeout(done, 5000); })]);
      if (!this.pending || confirm(form.dataset.unsent)) form.submit();
    }

    get state() {
      if (this.trouble) return this.trouble;
      if (this.aside.length) return 'refused';
      if (!this.pending) return this.time ? 'saved' : this.kept ? '' : 'unkept';
      if (this.away) return 'signin';
      if (!this.kept) return this.late || this.failures ? 'unkept' : '';
      return this.failures ? 'kept' : this.late ? 'saving' : '';
    }

    show() {
      if (!this.pending) {
        clearTimeout(this.slow);
        this.slow = this.late = 0;
      }
      const { state, time, trouble } = this;
      const [aside] = this.aside;
      const said = trouble ? this.said : aside && aside.aside;
      const count = new Set(this.waiting.map(thing)).size;
      const wait = this.rest;
      const told = [state, time, count, said, wait].join();
      if (!state || told === this.told) return;
      this.told = told;
      Cleanroom.save(state, { time, count, said, wait });
      const link = state === 'signin' && document.querySelector('[data-save-now] a');
      if (link) link.href = `${this.away}?next=${encodeURIComponent(location.pathname + location.search)}`;
      const again = state === 'refused' && document.querySelector('[data-save-now] [data-give-again]');
      if (again && !trouble && aside.page) [again.href, again.hidden] = [aside.page, false];
      this.onState(state, { time, count });
    }
  }

  window.Journal = Cleanroom.Journal = Journal;
})();
