// The line and the server's front: what is lost, slow, sent twice or refused on the way. What the server decides comes
// from the real engine, which is asked outside.
const FAILURES = [[4, 500], [3, 502], [3, 503], [2, 429], [1, 408], [1, 413], [1, 400], [1, 403], [1, 404]];

class Server {
  constructor(world) {
    Object.assign(this, { world, down: false, away: false, lease: 0, loads: new Map(), signedOut: false });
    // The share of batches that fail on the server's side, and of servers that die within a batch.
    this.failing = world.chance.weighted([[6, 0], [2, 0.1], [1, 0.4]])[1];
    this.ends = world.chance.is(0.06) ? world.chance.between(10000, 90000) : null;
  }

  issue(person, scope) {
    const load = `L${this.loads.size + 1}`;
    this.loads.set(load, { person, scope });
    return load;
  }

  travel(flight, body) {
    const { world, world: { chance: dice } } = this;
    const { device: from } = flight.page;
    const person = from.person;
    const way = () => dice.time(5, from.slowest);
    const fails = () => world.at(way(), () => flight.page.land(flight, () => flight.failed(refusal('TypeError'))));
    if (from.line === 'down') { fails(); return; }
    if (!dice.is(from.lost)) world.at(way(), () => flight.cut || this.receive(flight, body, person, way()));
    else if (dice.is(0.5)) fails();
    if (dice.is(from.twice)) world.at(way() * 2, () => this.receive({ ...flight, deaf: true }, body, person, way()));
  }

  async receive(flight, body, person, back) {
    const { world, world: { chance: dice } } = this;
    const sent = JSON.parse(body);
    const answer = (status, reply) => this.answer(flight, status, reply, back, sent);
    if (this.down) return dice.is(0.5) ? answer(0) : answer(dice.one([502, 503]));
    if (this.signedOut) return answer(401, { error: 'signed-in', url: '/sign-in' });
    if ((this.loads.get(sent.page_load) || {}).person !== person) {
      world.problem(`acts of page load ${sent.page_load} are sent under another sign-in`);
      return answer(403, {});
    }
    if (dice.is(this.failing)) {
      const [, status] = dice.weighted(FAILURES);
      return answer(status, dice.is(0.5) ? undefined : { error: 'x' });
    }
    if (dice.is(this.failing / 4)) return answer(200, undefined); // a page that is not ours
    const [reply, line] = JSON.parse(await world.ask({ body, at: world.now, lease: this.lease, ends: this.ends, mode: world.mode }));
    world.tell('server takes', sent.page_load, sent.ops.map((op) => `${op.n}:${op.body.given}`).join(' '), 'lease', sent.lease, '->', line);
    if (dice.is(this.failing / 4)) { // killed after the commit, before the answer
      this.stop(dice.time(500, 20000));
      return answer(0);
    }
    return answer(200, reply);
  }

  answer(flight, status, reply, back, sent) {
    const { world } = this;
    const { device } = flight.page;
    if (flight.deaf || world.chance.is(device.lost) || device.line === 'down') return;
    world.at(back, () => flight.page.land(flight, () => {
      world.tell('page', flight.page.name, 'hears', status, sent.page_load, reply && reply.acked !== undefined ? `acked ${reply.acked} missing [${reply.missing}]` : '');
      // An act that something on the way refuses is set aside, until the same is given again.
      if (status >= 400 && status < 500) sent.ops.forEach((op) => world.refused.add(Number(op.body.given.slice(2))));
      if (!status) flight.failed(refusal('TypeError'));
      else flight.done({ status, json: async () => { if (!reply) throw new SyntaxError('no JSON'); return reply; } });
    }));
  }

  stop(duration) {
    this.down = true;
    this.world.tell('server stops');
    this.world.at(duration, () => { this.down = false; });
  }
}
