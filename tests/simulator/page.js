// A simulated page in a tab, around the shipped journal: its timers, its requests, its life.
const LONGEST_LINE = 64000;
const bytes = (text) => new TextEncoder().encode(text).length;

class SimulatedAbort {
  constructor() {
    this.signal = { aborted: false, listeners: [] };
  }

  abort(reason = refusal('AbortError')) {
    if (this.signal.aborted) return;
    Object.assign(this.signal, { aborted: true, reason });
    this.signal.listeners.forEach((act) => act());
  }
}

class Page {
  // Kinds: `page` comes with a page load that the server has issued; `shell`, of packages, asks for one; `sweep` only sends
  // what others have left.
  constructor(tab, { kind, load, lease, person, scope }) {
    const { device } = tab;
    Object.assign(this, { tab, device, world: device.world, kind, load, lease, person, scope, alive: true, acts: [] });
    Object.assign(this, { frozen: null, hidden: false, flights: new Set(), listeners: [], name: device.world.count += 1 });
    this.random = chance(device.world.seed * 1000 + this.name);
  }

  boot(program) {
    const { device, world } = this;
    const listen = (type, act) => this.listeners.push([type, act]);
    const document = {
      title: 'A page', hidden: false, documentElement: {}, querySelector: () => null, querySelectorAll: () => [], addEventListener: listen,
    };
    const location = { pathname: `/${this.scope}`, search: '', hash: '', origin: 'https://lms.example', reload: () => this.later(20, () => this.tab.reload()) };
    const window = { addEventListener: listen };
    const cleanroom = { save: () => {} };
    const SimulatedDate = function SimulatedDate(...given) { return given.length ? new Date(...given) : new Date(1.8e12 + world.now + device.skew); };
    SimulatedDate.now = () => 1.8e12 + world.now + device.skew;
    this.document = document;
    program({
      window, document, location, Cleanroom: cleanroom, addEventListener: listen, Date: SimulatedDate,
      Math: Object.assign(Object.create(Math), { random: this.random.next }),
      navigator: { onLine: true, locks: device.hasLocks ? device.locks.door(this) : undefined },
      localStorage: device.local, sessionStorage: this.tab.session, indexedDB: device.database.door(this),
      IDBKeyRange: { bound: (lower, upper) => ({ lower, upper }) },
      setTimeout: (act, delay) => { world.seen(); return this.later(delay, act); },
      clearTimeout: (event) => { if (event) world.cancel(event); },
      AbortController: SimulatedAbort,
      AbortSignal: { timeout: (delay) => { const stop = new SimulatedAbort(); this.later(delay, () => stop.abort(refusal('TimeoutError'))); return stop.signal; } },
      Blob: function Blob(parts) { this.size = parts.reduce((sum, part) => sum + bytes(part), 0); },
      fetch: (url, request) => this.fetch(url, request),
      confirm: () => false,
    });
    const { person, scope } = this;
    const common = { url: `/operations/${scope}`, person, scope, onReply: (reply, own) => this.hear(reply, own) };
    this.journal = new window.Journal({
      page: { ...common, pageLoad: this.load, lease: this.lease },
      shell: { ...common, most: 100, keeps: false, headers: () => ({ Authorization: `Bearer ${this.name}` }) },
      sweep: { person },
    }[this.kind]);
    this.tab.session.kept.clear(); // what waited for this page is the journal's now
    if (this.kind === 'shell') this.begin();
    if (world.mode === 'quiz' && this.kind === 'page' && !this.journal.copy) this.takePen();
  }

  // As the shell of packages: what earlier pages have left goes first, then the lease is asked for, again and again.
  async begin() {
    this.load = undefined;
    await this.journal.past(400);
    this.ask();
  }

  ask() {
    const { world, device } = this;
    const again = () => this.later(world.chance.time(500, 5000), () => this.ask());
    if (device.line === 'down' || world.server.down || world.server.signedOut) { again(); return; }
    this.later(world.chance.time(20, device.slowest), () => {
      const lease = world.server.lease += 1;
      if (world.chance.is(device.lost)) { again(); return; } // the answer is lost
      [this.load, this.lease] = [world.server.issue(this.person, this.scope), lease];
      world.tell('page', this.name, 'is', this.load, 'with lease', lease);
      this.journal.trouble = '';
      this.journal.name(this.load, lease);
    });
  }

  // In a while, if the page is there then; a page that the browser has put aside does it when it comes back.
  later(delay, act) {
    return this.world.at(delay, () => {
      if (!this.alive) return undefined;
      return this.frozen ? void this.frozen.push(act) : act();
    });
  }

  soon(act) {
    this.later(0, act);
  }

  fire(type, event = {}) {
    this.listeners.filter(([one]) => one === type).forEach(([, act]) => act(event));
  }

  // A sign of life, which a shell sends when nothing has happened for long.
  beat() {
    if (this.load !== undefined) this.journal.send(this.journal.own, []);
  }

  // One tab holds the pen of a quiz, as its page does it: a copied tab, which has its original's number, takes its own.
  async takePen() {
    const { journal, tab } = this;
    const held = tab.lease;
    if (held) {
      journal.own.lease = held;
      if (held < this.lease) journal.trouble = 'older';
    }
    journal.own.open = false;
    if (!(held && await journal.sole(`pen|${held}`)) && journal.trouble !== 'older') {
      this.unsure = true;
      await Promise.race([this.askForPen(), new Promise((done) => { this.later(5000, done); })]);
    }
    journal.own.open = !journal.copy;
    if (journal.pending) journal.begin();
  }

  askForPen() {
    const { world, device } = this;
    return new Promise((done) => {
      if (device.line === 'down' || world.server.down) { this.later(30, done); return; }
      this.later(world.chance.time(20, device.slowest), () => {
        world.server.lease += 1;
        if (world.chance.is(device.lost)) { done(); return; } // the answer is lost
        this.tab.lease = world.server.lease;
        this.unsure = false;
        this.journal.own.lease = Math.max(world.server.lease, this.journal.own.lease);
        this.journal.sole(`pen|${this.tab.lease}`);
        world.tell('page', this.name, 'has pen', this.tab.lease);
        done();
      });
    });
  }

  async hear(reply, own) {
    const { journal } = this;
    if (this.kind !== 'page' || !reply.older || !own || !this.unsure) return;
    journal.trouble = '';
    await this.askForPen();
    if (this.unsure) journal.trouble = 'older';
  }

  fetch(url, { body, keepalive, signal }) {
    const { world, device } = this;
    world.seen();
    const flight = { page: this, keepalive, size: bytes(body) };
    const leaving = [...this.flights].filter((one) => one.keepalive);
    const tooMuch = keepalive && leaving.reduce((sum, one) => sum + one.size, flight.size) > LONGEST_LINE;
    return new Promise((done, failed) => {
      Object.assign(flight, { done, failed });
      signal.listeners.push(() => this.land(flight, () => failed(signal.reason)));
      this.flights.add(flight);
      if (tooMuch) this.later(1, () => this.land(flight, () => failed(refusal('TypeError'))));
      else device.world.server.travel(flight, body);
    });
  }

  // A request ends for the page once, if the page is there to hear of it.
  land(flight, act) {
    if (!this.flights.delete(flight)) return;
    if (this.alive && !this.frozen) act();
    else if (this.alive) this.frozen.push(act);
  }

  // The page is gone. What is on its way stays on its way when the page asked for that; the rest is often cut off.
  die() {
    this.alive = false;
    this.device.locks.drop(this);
    this.flights.forEach((flight) => { if (!flight.keepalive && this.world.chance.is(0.7)) flight.cut = true; });
    this.flights.clear();
  }

  act(token) {
    const { chance: one } = this.world;
    const [, kind] = one.weighted([[80, 'answer'], [19, 'flag'], [1, 'unknown']]);
    const question = `q${one.below(4)}`;
    const filling = one.is(0.004) ? 'x'.repeat(one.between(10000, 60000)) : '';
    this.acts.push(token);
    this.world.things[token] = [kind, question];
    this.world.tell('page', this.name, `(${this.load})`, kind, question, `op${token}`);
    this.journal.add(kind, { question, given: `op${token}`, ...(filling && { filling }) });
  }
}
