// What happens to people, tabs, devices, the line and the server; then everything is healed, and all pages come back.
const PEOPLE = [7, 8];
const LOCKED = 8; // milliseconds after which a lock has been given or not: nobody acts sooner
const ACTS = [
  [36, 'act'], [3, 'burst'], [6, 'open'], [7, 'navigate'], [4, 'reload'], [4, 'close'], [4, 'kill'], [2, 'crash'], [4, 'duplicate'],
  [4, 'goBack'], [6, 'hide'], [6, 'line'], [3, 'server'], [3, 'session'], [3, 'clock'], [3, 'storage'], [2, 'sweep'], [1, 'person'], [4, 'pen'], [2, 'beat'],
];

class Story {
  constructor(seed, program, ask, tracing) {
    const world = new World(seed, ask, tracing);
    const dice = world.chance;
    Object.assign(this, { world, dice, program, last: 0 });
    world.mode = dice.weighted([[4, 'quiz'], [3, 'player'], [3, 'lesson']])[1];
    world.scope = 'work:1';
    world.server = new Server(world);
    this.devices = ['A', 'B'].slice(0, dice.is(0.25) ? 2 : 1).map((name) => new Device(world, name));
    this.devices.forEach((device) => { [device.person] = PEOPLE; });
    world.tell(`seed ${seed}: ${world.mode};`, this.devices.map((one) => `device ${one.name}: base ${one.base}, ${one.refusing ? 'refuses' : 'has'} storage,`
      + ` locks ${one.hasLocks}, lost ${one.lost}, twice ${one.twice}, slowest ${one.slowest}`).join('; '));
  }

  async tell() {
    let moment = 0;
    this.devices.forEach((device) => new Tab(device).load(this.program));
    for (let left = 6 + this.dice.below(20); left; left -= 1) {
      const [, low, high] = this.dice.weighted([[60, 5, 400], [30, 500, 5000], [10, 5000, 120000]]);
      moment += this.dice.time(low, high);
      this.world.at(moment, () => this.happen());
    }
    await this.world.run(moment + this.dice.below(4000));
    await this.heal();
    return { problems: this.world.problems, story: this.world.story, mode: this.world.mode, ...this.judged };
  }

  happen() {
    const device = this.dice.one(this.devices);
    const [, name] = this.dice.weighted(ACTS);
    const tabs = device.tabs.filter((tab) => tab.page && tab.page.alive);
    const tab = tabs.length ? this.dice.one(tabs) : null;
    if (tab) this[name](tab, device);
    else if (!device.tabs.length) new Tab(device).load(this.program);
    else this.dice.one(device.tabs).load(this.program);
  }

  act({ page }) {
    if (page.load === undefined || page.hidden || page.journal.trouble === 'older') return;
    page.act(this.last += 1);
  }

  burst(tab) {
    for (let left = this.dice.time(5, 80); left; left -= 1) this.act(tab);
  }

  open(_tab, device) {
    if (device.tabs.length < 3) new Tab(device).load(this.program);
  }

  navigate(tab) {
    if (tab.back) tab.back.die();
    const aside = this.dice.is(0.4) ? tab.page : null;
    this.world.tell('page', tab.page.name, aside ? 'is put aside' : 'is left');
    tab.leave(Boolean(aside));
    tab.back = aside;
    tab.loadIn(this.dice.time(5, 300));
  }

  goBack(tab) {
    if (!tab.back || !tab.back.alive) return;
    this.world.tell('page', tab.page.name, 'goes back to', tab.back.name);
    tab.thaw();
  }

  reload(tab) {
    this.world.tell('page', tab.page.name, 'is loaded again');
    tab.reload();
  }

  close(tab) {
    this.world.tell('page', tab.page.name, 'is closed');
    tab.close();
  }

  // The browser ends the process of a page; the tab stays, and may be loaded again.
  kill(tab) {
    this.world.tell('page', tab.page.name, 'is killed');
    tab.page.die();
    if (this.dice.is(0.5)) { tab.gone(); return; }
    tab.loadIn(this.dice.time(100, 5000));
  }

  // The whole browser ends; its local storage may lose the last seconds. Some tabs are restored.
  crash(_tab, device) {
    const tabs = device.tabs.slice();
    this.world.tell('device', device.name, 'crashes');
    tabs.forEach((tab) => tab.gone());
    device.local.forgetSince(this.world.now - this.dice.one([0, 500, 5000]));
    tabs.filter(() => this.dice.is(0.5)).forEach((tab) => {
      const restored = new Tab(device, tab.session.copy(new Set()));
      Object.assign(restored, { lease: tab.lease, program: this.program });
      restored.loadIn(this.dice.time(100, 5000));
    });
  }

  // A copied tab first shows the very page of its original, or asks for a page of its own.
  duplicate(tab, device) {
    const { page } = tab;
    if (page.kind === 'sweep' || page.journal.copy || device.tabs.length > 3) return;
    const copy = new Tab(device, tab.session.copy(new Set()));
    Object.assign(copy, { lease: tab.lease, program: this.program });
    // Without locks and without a mark on the device nothing can tell a copy from its original.
    const marked = Object.hasOwn(device.local, `cr-own|${page.load}`);
    const same = page.kind === 'page' && this.dice.is(0.6) && (device.hasLocks || marked);
    this.world.tell('page', page.name, 'is copied', same ? 'with its page load' : '');
    if (same) copy.show(new Page(copy, page)); else copy.load(this.program);
    if (copy.page && this.dice.is(0.5)) this.world.at((marked ? 0 : LOCKED) + this.dice.below(15), () => { if (copy.page && copy.page.alive) this.act(copy); });
  }

  hide({ page }) {
    page.hidden = page.document.hidden = !page.hidden;
    page.fire('visibilitychange');
  }

  line(_tab, device) {
    device.line = device.line === 'up' ? 'down' : 'up';
    this.world.tell('device', device.name, 'line', device.line);
    if (device.line === 'up') device.pages.forEach((page) => page.fire('online'));
  }

  server() {
    this.world.server.stop(this.dice.time(300, 60000));
  }

  session() {
    this.world.server.signedOut = !this.world.server.signedOut;
  }

  clock(_tab, device) {
    device.skew += this.dice.between(-1, 1) * 864e5;
  }

  storage(_tab, device) {
    device.full = !device.full;
    this.world.tell('device', device.name, device.full ? 'is full' : 'has room again');
  }

  sweep(tab) {
    tab.leave();
    tab.load(this.program, true);
  }

  beat({ page }) {
    if (page.kind === 'shell') page.beat();
  }

  // Another person signs in on the same device; the pages of the first are gone from it.
  person(_tab, device) {
    device.tabs.slice().forEach((tab) => tab.close());
    device.person = PEOPLE[1 - PEOPLE.indexOf(device.person)];
    this.world.tell('device', device.name, 'is now used by', device.person);
    new Tab(device).load(this.program);
  }

  pen(tab) {
    if (tab.page.kind === 'shell' && tab.page.load !== undefined) tab.page.begin();
    if (this.world.mode !== 'quiz' || tab.page.kind !== 'page' || tab.page.journal.copy) return;
    tab.page.askForPen().then(() => { if (tab.page && tab.page.alive) tab.reload(); });
  }

  async heal() {
    const { world } = this;
    Object.assign(world.server, { down: false, failing: 0, signedOut: false });
    const open = this.devices.flatMap((device) => this.mend(device));
    const all = Array.from({ length: this.last }, (_one, index) => index + 1);
    const durable = new Set(all.filter((token) => this.devices.some((device) => device.has(token))));
    world.tell('everything is healed');
    await world.run();
    // Whoever was asked to sign in again comes back to the page.
    open.filter((page) => page.alive && page.journal.away).forEach((page) => page.fire('visibilitychange'));
    await world.run();
    const forgotten = open.flatMap((page) => this.left(page));
    this.devices.forEach((device) => device.tabs.slice().forEach((tab) => tab.close()));
    await world.run();
    for (const device of this.devices) for (const person of PEOPLE) await this.comeBack(device, person);
    this.judged = { owed: [...durable], forgotten, refused: [...world.refused], things: world.things };
  }

  // Pages hear of it only where a browser would say so: else they must try again by themselves.
  mend(device) {
    const wasDown = device.line === 'down';
    Object.assign(device, { line: 'up', lost: 0, twice: 0, slowest: 200, full: false });
    device.tabs.filter((tab) => tab.back).forEach((tab) => { tab.back.die(); tab.back = null; });
    device.tabs.filter((tab) => !tab.page || !tab.page.alive).forEach((tab) => tab.load(this.program));
    device.pages.forEach((page) => {
      const { hidden } = page;
      page.hidden = page.document.hidden = false;
      if (wasDown) page.fire('online');
      if (hidden) page.fire('visibilitychange');
    });
    return device.pages;
  }

  // A page that was open all the time has sent what it was given, or still holds it for a reason.
  left(page) {
    if (!page.alive || !page.journal) return [];
    const { journal } = page;
    const held = new Set(journal.all.flatMap(({ text }) => tokens(text)));
    const stopped = journal.sets.some((set) => set.dead);
    if (journal.pending && !stopped) this.world.problem(`page ${page.name} stays with ${journal.pending} acts`);
    return page.acts.filter((token) => !held.has(token));
  }

  async comeBack(device, person) {
    device.person = person;
    const tab = new Tab(device);
    tab.load(this.program);
    await this.world.run();
    const { journal } = tab.page;
    if (journal.pending) this.world.problem(`${journal.pending} acts are never sent (state ${journal.state})`);
    const kept = Object.keys(device.local).filter((key) => key.startsWith(`cr|${person}|`) && JSON.parse(device.local[key]).aside === undefined);
    if (kept.length) this.world.problem(`stored acts stay on the device: ${kept}`);
    tab.close();
    await this.world.run();
  }
}
