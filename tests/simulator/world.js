// The simulated world: one seed, one clock, one queue of what will happen. Nothing here waits for real time, and nothing
// is random but by the seed, so a seed always tells the same story.

// After each event the page's promises must come to rest before the next. Their chains are far shorter than this.
const TICKS = 24;
const RESTED = 16;
const MOST_EVENTS = 20000;

function chance(seed) {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    between: (low, high) => low + next() * (high - low),
    is: (share) => next() < share,
    one: (list) => list[Math.floor(next() * list.length)],
    // Short times are likelier than long ones.
    time: (low, high) => Math.round(low * (high / low) ** next()),
    weighted: (table) => {
      let left = next() * table.reduce((sum, [weight]) => sum + weight, 0);
      return table.find(([weight]) => (left -= weight) < 0) || table[table.length - 1];
    },
  };
}

class World {
  constructor(seed, ask, tracing) {
    Object.assign(this, { seed, door: ask, asking: null, now: 0, steps: 0, count: 0, problems: [], refused: new Set(), things: {}, story: tracing ? [] : null });
    this.chance = chance(seed);
    this.queue = [];
  }

  // The clock stands still while the engine decides.
  ask(question) {
    this.asking = this.door(question);
    return this.asking.finally(() => { this.asking = null; });
  }

  tell(...words) {
    if (this.story) this.story.push(`${(this.now / 1000).toFixed(3).padStart(9)}  ${words.join(' ')}`);
  }

  problem(words) {
    if (this.problems.length < 5) this.problems.push(words);
    this.tell('PROBLEM', words);
  }

  // What happens at the same moment happens in the order in which it was planned.
  at(delay, act) {
    const event = { time: this.now + Math.max(0, delay), order: this.count += 1, act };
    let [low, high] = [0, this.queue.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.queue[middle].time > event.time) low = middle + 1; else high = middle;
    }
    this.queue.splice(low, 0, event);
    return event;
  }

  cancel(event) {
    if (event) event.act = null;
  }

  // Until nothing is planned any more, or until a moment.
  async run(until = Infinity) {
    while (this.queue.length && this.queue[this.queue.length - 1].time <= until) {
      const { time, act } = this.queue.pop();
      if (!act) continue;
      this.now = time;
      if ((this.steps += 1) > MOST_EVENTS) { this.problem('it does not come to rest'); return; }
      act();
      if (this.asking) await this.asking;
      await this.rest();
    }
    if (until !== Infinity) this.now = until;
  }

  async rest() {
    this.tick = this.busy = 0;
    while ((this.tick += 1) < TICKS) await undefined;
    if (this.busy > RESTED) throw new Error('the chains of promises are longer than the simulator waits for');
  }

  // A page has done something that can be seen from outside.
  seen() {
    this.busy = this.tick;
  }
}
