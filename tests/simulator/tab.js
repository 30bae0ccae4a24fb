// A tab of a simulated browser: what it shows, what it goes back to, and what it keeps for its session.
class Tab {
  constructor(device, session) {
    Object.assign(this, { device, session: session || new SimulatedStorage(device, new Set()), page: null, back: null });
    device.tabs.push(this);
  }

  // The page that the server gives now, if the line and the server are there.
  load(program, sweeps = false) {
    const { device, device: { world, world: { server } } } = this;
    this.program = program;
    if (device.line === 'down' || server.down || server.signedOut || !device.tabs.includes(this)) return;
    const { person } = device;
    const kind = sweeps ? 'sweep' : world.mode === 'player' ? 'shell' : 'page';
    const load = kind === 'page' ? server.issue(person, world.scope) : undefined;
    this.show(new Page(this, { kind, load, lease: world.mode === 'quiz' ? server.lease : 0, person, scope: world.scope }));
  }

  show(page) {
    const { world } = this.device;
    this.page = page;
    world.tell(page.kind, page.name, 'opens', page.load || '', 'lease', page.lease);
    page.boot(this.program);
  }

  // The page goes in the way browsers let it go. It may be put aside, to come back.
  leave(aside = false) {
    const { page } = this;
    if (!page || !page.alive) return;
    page.fire('pagehide', { persisted: aside });
    page.document.hidden = true;
    page.fire('visibilitychange');
    if (aside) page.frozen = []; else page.later(0, () => page.die()); // what it has begun comes to rest first
    this.page = null;
  }

  loadIn(delay) {
    this.device.world.at(delay, () => { if (!this.page || !this.page.alive) this.load(this.program); });
  }

  reload() {
    this.leave();
    this.loadIn(30);
  }

  close() {
    this.leave();
    this.gone();
  }

  gone() {
    if (this.page) this.page.die();
    if (this.back) this.back.die();
    this.device.tabs = this.device.tabs.filter((one) => one !== this);
  }

  thaw() {
    const page = this.back;
    this.leave();
    [this.page, this.back] = [page, null];
    const [missed, dice] = [page.frozen, this.device.world];
    page.frozen = null;
    page.document.hidden = false;
    missed.forEach((act) => page.later(dice.chance.below(5), act));
    page.fire('pageshow', { persisted: true });
    page.fire('visibilitychange');
  }
}
