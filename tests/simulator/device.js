// A simulated device: what its pages share. It knows of each act which copies of it there are, whatever the pages think.
const TOKEN = /"op(\d+)"/g;
const tokens = (text) => [...`${text}`.matchAll(TOKEN)].map((found) => Number(found[1]));
const refusal = (name) => Object.assign(new Error(name), { name });

class SimulatedStorage {
  // `kept` hears of each act that is written.
  constructor(device, kept) {
    Object.defineProperties(this, { device: { value: device }, kept: { value: kept }, past: { value: [] } });
  }

  // Whether a page asks, and is refused.
  check(writing) {
    const { device } = this;
    device.world.seen();
    if (device.refusing) throw refusal('SecurityError');
    if (writing && device.full) throw refusal('QuotaExceededError');
  }

  getItem(key) {
    this.check();
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    this.check(true);
    this.change(key, `${value}`);
    tokens(value).forEach((token) => this.kept.add(token));
  }

  removeItem(key) {
    this.check();
    this.change(key, null);
  }

  change(key, value) {
    this.past.push([this.device.world.now, key, Object.hasOwn(this, key) ? this[key] : null, value]);
    if (value === null) delete this[key]; else this[key] = value;
  }

  // As after the browser was killed before the last changes were on the disk.
  forgetSince(moment) {
    while (this.past.length && this.past[this.past.length - 1][0] > moment) {
      const [, key, before, after] = this.past.pop();
      if (before === null) delete this[key]; else this[key] = before;
      tokens(after).forEach((token) => this.kept.delete(token));
    }
    Object.values(this).flatMap(tokens).forEach((token) => this.kept.add(token));
  }

  copy(kept) {
    return Object.assign(new SimulatedStorage(this.device, kept), this);
  }
}

class SimulatedDatabase {
  constructor(device) {
    Object.assign(this, { device, rows: new Map(), last: 0 });
  }

  // `indexedDB` of a page.
  door(page) {
    return {
      open: () => {
        if (this.device.base === 'refused') throw refusal('SecurityError');
        const request = {};
        page.later(this.device.world.chance.time(1, 60), () => {
          if (this.device.base === 'broken') { request.onerror(); return; }
          request.result = { createObjectStore: () => {}, transaction: () => this.transaction(page) };
          if (!this.made) request.onupgradeneeded();
          this.made = true;
          request.onsuccess();
        });
        return request;
      },
    };
  }

  // Transactions commit one after the other. One whose page dies before may or may not commit.
  transaction(page) {
    const { world } = this.device;
    const asked = [];
    const order = (act) => { const request = {}; asked.push(() => { request.result = act(); }); return request; };
    const store = {
      put: (value, key) => order(() => { this.rows.set(key, value); tokens(value[1]).forEach((token) => this.device.kept.add(token)); }),
      delete: (key) => order(() => { this.rows.delete(key); }),
      getAll: ({ lower, upper }) => order(() => [...this.rows.keys()].filter((key) => key >= lower && key <= upper)
        .sort().map((key) => this.rows.get(key))),
    };
    const transaction = { objectStore: () => store };
    world.seen();
    this.last = Math.max(this.last, world.now + world.chance.time(1, 40));
    world.at(this.last - world.now, () => {
      if (!page.alive && world.chance.is(0.5)) return;
      if (this.device.full && world.chance.is(0.5)) { page.soon(() => transaction.onabort()); return; }
      asked.forEach((act) => act());
      page.soon(() => transaction.oncomplete());
    });
    return transaction;
  }
}

// `navigator.locks`: exclusive, in the order of asking, gone with their page.
class SimulatedLocks {
  constructor(device) {
    Object.assign(this, { device, queues: new Map() });
  }

  door(page) {
    return {
      request: (name, options, work) => new Promise((done, failed) => {
        const queue = this.queues.get(name) || [];
        this.queues.set(name, queue);
        this.device.world.seen();
        const asked = { page, name, work, done, failed, ifAvailable: options.ifAvailable };
        queue.push(asked);
        if (options.signal) options.signal.listeners.push(() => this.giveUp(asked, options.signal.reason));
        this.grant(asked);
      }),
    };
  }

  grant(asked) {
    asked.page.later(this.device.world.chance.below(6), () => {
      const queue = this.queues.get(asked.name);
      if (!queue.includes(asked) || asked.held) return;
      if (queue[0] !== asked) {
        if (!asked.ifAvailable) return;
        this.leave(asked);
        Promise.resolve(asked.work(null)).then(asked.done, asked.failed);
        return;
      }
      asked.held = true;
      Promise.resolve(asked.work({ name: asked.name })).finally(() => this.leave(asked)).then(asked.done, asked.failed);
    });
  }

  giveUp(asked, reason) {
    if (asked.held || !this.queues.get(asked.name).includes(asked)) return;
    this.leave(asked);
    asked.failed(reason);
  }

  leave(asked) {
    const queue = this.queues.get(asked.name);
    const place = queue.indexOf(asked);
    if (place < 0) return;
    queue.splice(place, 1);
    if (place === 0 && queue.length) this.grant(queue[0]);
  }

  // A page that is gone holds nothing and waits for nothing.
  drop(page) {
    [...this.queues.values()].forEach((queue) => queue.filter((one) => one.page === page).forEach((one) => this.leave(one)));
  }
}

class Device {
  constructor(world, name) {
    const { chance } = world;
    Object.assign(this, { world, name, tabs: [], line: 'up', full: false, skew: chance.is(0.2) ? chance.between(-1, 1) * 864e5 : 0 });
    this.refusing = chance.is(0.08);
    this.base = this.refusing ? 'refused' : chance.weighted([[88, 'well'], [6, 'refused'], [6, 'broken']])[1];
    this.hasLocks = chance.is(0.9);
    this.kept = new Set();
    this.local = new SimulatedStorage(this, new Set());
    this.database = new SimulatedDatabase(this);
    this.locks = new SimulatedLocks(this);
    // What its line does to a request: the share lost on the way there, on the way back, sent twice, and how slow.
    const [, lost, twice, slowest] = chance.weighted([[5, 0, 0, 400], [3, 0.12, 0.1, 4000], [2, 0.35, 0.25, 40000]]);
    Object.assign(this, { lost, twice, slowest });
  }

  get pages() {
    return this.tabs.map((tab) => tab.page).filter((page) => page && page.alive);
  }

  // What the device itself has been given to keep and has not lost, whatever its pages did with it later.
  has(token) {
    return this.kept.has(token) || this.local.kept.has(token) || this.tabs.some((tab) => tab.session.kept.has(token));
  }
}
