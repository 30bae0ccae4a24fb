// The door for the driver: stories run side by side, and ask the engine together.
class Simulator {
  constructor(program) {
    Object.assign(this, { program, asked: [], told: [], waiting: new Map(), number: 0 });
  }

  begin(seed, tracing) {
    const ask = (question) => new Promise((done) => {
      this.number += 1;
      this.waiting.set(this.number, done);
      this.asked.push([this.number, seed, question]);
    });
    const story = new Story(seed, this.program, ask, tracing);
    story.tell().catch((error) => ({ problems: [`${error.stack}`], story: story.world.story }))
      .then((end) => this.told.push([seed, end]));
  }

  // Goes on with every story until each of them asks something or has ended.
  async step(seeds, answers, tracing) {
    answers.forEach(([number, text]) => {
      this.waiting.get(number)(text);
      this.waiting.delete(number);
    });
    seeds.forEach((seed) => this.begin(seed, tracing));
    await new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { channel.port1.close(); done(); };
      channel.port2.postMessage(0);
    });
    const [asked, told] = [this.asked, this.told];
    [this.asked, this.told] = [[], []];
    return { asked, told };
  }
}

// The journal's own text, run once for each page, with that page's globals for the browser's.
function programOf(text) {
  const names = ['window', 'document', 'location', 'Cleanroom', 'addEventListener', 'Date', 'Math', 'navigator', 'localStorage', 'sessionStorage',
    'indexedDB', 'IDBKeyRange', 'setTimeout', 'clearTimeout', 'AbortController', 'AbortSignal', 'Blob', 'fetch', 'confirm'];
  const made = new Function(...names, text);
  return (globals) => made(...names.map((name) => globals[name]));
}
