// A quiz: each answer goes into the journal the moment it is given. Without scripts every button of the page saves.
(() => {
  const form = document.querySelector('form[data-quiz], form[data-send], [data-reviewed]');
  if (!form || !window.Journal) return;
  const data = form.dataset;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const tab = `cr-lease|${data.person}|${data.scope}`;
  const keep = (store, ...item) => { try { return item.length > 1 ? store().setItem(...item) : store().getItem(...item); } catch (error) { return null; } };
  const inTab = (...item) => keep(() => sessionStorage, ...item);
  const soon = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const options = { url: data.url, person: data.person, scope: data.scope };

  // The pages after the questions: what a question page could not send comes first, also when time was over.
  function afterwards() {
    let sending = false;
    const journal = new Journal({ ...options, onReply: async () => {
      await journal.cleared;
      if (journal.pending || ((journal.trouble || journal.aside.length) && 'send' in data)) return;
      if (sending) form.submit(); else location.reload();
    } });
    form.addEventListener('submit', (event) => {
      sending = true;
      if (!journal.pending || journal.trouble) return;
      event.preventDefault();
      journal.drain();
    });
  }
  if (!('quiz' in data)) { afterwards(); return; }

  const box = form.querySelector('.question');
  const list = form.querySelector('[data-order]');
  const named = (fields, prefix) => {
    const pairs = [...fields].filter(([name, value]) => name.startsWith(prefix) && value.trim());
    return pairs.length ? Object.fromEntries(pairs.map(([name, value]) => [name.slice(prefix.length), value])) : null;
  };
  const readers = {
    single: (f) => f.has('choice') && { choice: f.get('choice') },
    multiple: (f) => f.has('choices') && { choices: f.getAll('choices') },
    truefalse: (f) => f.has('value') && { value: f.get('value') === 'true' },
    numeric: (f) => f.get('text').trim() && (f.has('unit') ? { text: f.get('text'), unit: f.get('unit') } : { text: f.get('text') }),
    short: (f) => f.get('text').trim() && { text: f.get('text') },
    matching: (f) => named(f, 'pair.') && { pairs: named(f, 'pair.') },
    ordering: (f) => ({ order: f.getAll('order') }),
    gaps: (f) => named(f, 'gap.') && { gaps: named(f, 'gap.') },
  };
  const read = (from = form) => readers[data.kind](new FormData(from)) || null;

  // Put a response on the page: one that is not sent yet, or none.
  function put(given) {
    [...box.elements].forEach((input) => {
      const [name, part] = input.name.split('.');
      if (/radio|checkbox/.test(input.type)) input.checked = [given.choice, `${given.value}`].concat(given.choices).includes(input.value);
      else if (part) input.value = (given[`${name}s`] || {})[part] || '';
      else if (name === 'text') input.value = given.text || '';
      else if (name === 'unit' && given.unit) input.value = given.unit;
    });
    if (!list || !given.order) return;
    given.order.forEach((id) => list.append(all('li', list).find((row) => row.dataset.id === id)));
    all('li', list).forEach((row, i) => all('button', row).forEach((button, j) => {
      if (i === (j ? list.children.length - 1 : 0)) button.setAttribute('aria-disabled', 'true'); else button.removeAttribute('aria-disabled');
    }));
  }

  const flag = form.querySelector('[data-flag]');
  const flagged = () => flag.value === 'unflag';
  const cells = all(`.qgrid [data-question="${data.number}"]`);
  let answered = cells[0].classList.contains('answered');
  function mark() {
    cells.forEach((cell) => {
      cell.classList.toggle('answered', answered);
      const sign = cell.querySelector('.flag');
      if (sign && !flagged()) sign.remove();
      if (flagged() && !sign) {
        cell.append(flag.querySelector('svg').cloneNode(true));
        cell.lastChild.classList.add('flag');
      }
      const words = [cell.getAttribute('aria-label').split(',')[0], answered ? data.answeredWord : data.notAnsweredWord];
      cell.setAttribute('aria-label', words.concat(flagged() ? data.flaggedWord : []).join(', '));
    });
    const count = all('.qgrid')[0].querySelectorAll('.answered').length;
    all('[data-answered-count], .disclose .fact').forEach((node) => { node.textContent = data.answeredWords.replace('{n}', count); });
  }

  // The server asks to write an unclear number in another way, and the first "Next" waits for that.
  const asked = form.querySelector('[data-asked]');
  function ask(words) {
    if (!asked) return;
    asked.hidden = !words;
    asked.lastElementChild.textContent = words;
    form.elements.text.setAttribute('aria-invalid', Boolean(words));
    if (!words) all('[data-error-summary]').forEach((summary) => summary.remove());
  }
  const isAsked = () => asked && !asked.hidden;

  // What the server has: on a poor line an answer may be given before this script is there.
  const stored = form.cloneNode(true);
  stored.reset();
  let last = JSON.stringify(read(stored));
  let typing;
  let journal;
  function given(response) {
    last = JSON.stringify(read());
    ask('');
    answered = response !== null;
    mark();
  }
  function answer(response) {
    journal.add('answer', { question: data.question, response });
    given(response);
  }
  function collect() {
    clearTimeout(typing);
    const response = read();
    if (!box.disabled && JSON.stringify(response) !== last) answer(response);
  }
  form.addEventListener('change', collect);
  form.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(collect, 400); });
  // Before the journal's own, so that what is being typed is in its last batch.
  addEventListener('pagehide', collect);
  document.addEventListener('visibilitychange', collect);

  flag.addEventListener('click', (event) => {
    event.preventDefault();
    const label = flag.querySelector('span');
    flag.value = flagged() ? 'flag' : 'unflag';
    [label.textContent, flag.dataset.other] = [flag.dataset.other, label.textContent];
    journal.add('flag', { question: data.question, flagged: flagged() });
    mark();
  });
  form.querySelector('[data-clear]').addEventListener('click', (event) => {
    event.preventDefault();
    put({});
    answer(null);
  });

  // Without a line the next page would not come, and what is kept nowhere goes with this one: stay. Other trouble is shown once.
  let warned = false;
  async function leave(address, must) {
    const known = isAsked();
    if (journal.pending) await Promise.race([journal.flush(), soon(1500)]);
    if (isAsked() && !known && !must) return;
    const stay = journal.pending && !journal.trouble && (!navigator.onLine || !journal.kept || (journal.failures && !warned));
    warned = true;
    if (!stay) location.assign(address);
  }
  form.addEventListener('submit', (event) => {
    const go = event.submitter && event.submitter.name === 'go' && event.submitter.value;
    if (!go) return;
    event.preventDefault();
    collect();
    if (go === 'check') leave(data.check);
    else if (go !== data.number) leave(data.href.replace(/0$/, go));
    else journal.drain();
  });

  // One tab holds the pen. Of this browser's tabs the older ones learn it at once, of another device's at their next save.
  function older() {
    journal.trouble = 'older';
    journal.show();
  }
  function lock(state) {
    box.disabled = state === 'older';
    all('.after button', form).forEach((button) => { button.disabled = box.disabled; });
  }
  let unsure = false;
  async function takePen() {
    try {
      const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
      const answer = await fetch(data.takeOver, { method: 'POST', headers, body: '{}' });
      const { lease } = await answer.json();
      if (!lease) return false;
      inTab(tab, lease);
      keep(() => localStorage, 'cr-lease', `${tab}|${lease}`);
      journal.own.lease = Math.max(lease, journal.own.lease);
      unsure = false;
      journal.sole(`${tab}|${lease}`);
    } catch (error) { return false; }
    return true;
  }
  // Where the answer about the pen was lost, the newer tab may be this one: ask again.
  async function heard({ older: fenced, asked: open = [], stored_at: now }, own) {
    Cleanroom.clock(now);
    open.forEach(({ question, text, message }) => {
      if (question === data.question && text === form.elements.text.value) ask(message);
    });
    if (!fenced || !own || !unsure) return;
    journal.trouble = '';
    if (!await takePen()) older();
  }
  addEventListener('storage', ({ key, newValue }) => {
    const said = key === 'cr-lease' && (newValue || '');
    if (said && said.startsWith(`${tab}|`) && Number(said.slice(tab.length + 1)) > journal.own.lease) older();
  });
  document.addEventListener('click', async (event) => {
    if (event.target.closest('[data-use-this-tab]') && await takePen()) location.reload();
  });

  journal = new Journal({ ...options, pageLoad: data.pageLoad, lease: Number(data.lease), onState: lock, onReply: heard });
  const mine = ({ kind, body }) => kind === 'answer' && body.question === data.question;
  function restore() {
    const kept = journal.unsent.filter(mine).pop();
    if (!kept) return;
    put(kept.body.response || {});
    given(kept.body.response);
  }
  collect();
  restore();
  // The link leads to the question's page, and there gives again what was not accepted, as a new act.
  document.addEventListener('click', (event) => {
    const again = event.target.closest('[data-give-again]') && journal.aside.filter(mine).pop();
    if (!again || box.disabled) return;
    event.preventDefault();
    put(again.body.response || {});
    answer(again.body.response);
  });
  const before = journal.last;
  journal.ready.then(() => { if (journal.last === before) restore(); });
  const held = Number(inTab(tab));
  if (held) {
    journal.own.lease = held; // also on a page from the browser's own cache, which names an old one
    if (held < Number(data.lease)) older();
  }
  // Nothing is sent before the pen is here, if it comes soon; it is on the device meanwhile. A tab that the browser has
  // copied has the number of its original's pen, and takes one of its own.
  async function ensurePen() {
    journal.own.open = false;
    if (!(held && await journal.sole(`${tab}|${held}`)) && journal.trouble !== 'older') {
      unsure = true;
      await Promise.race([takePen(), soon(5000)]);
    }
    journal.own.open = !journal.copy;
    if (journal.pending) journal.begin();
  }
  ensurePen();

  if (data.ends) {
    const left = Date.parse(data.ends) - Date.parse(data.now);
    const at = (ms, act) => { if (ms < 2 ** 31) setTimeout(act, ms); };
    at(left - 1500, collect);
    at(left + (Number(data.grace) + 1) * 1000, () => leave(data.check, true));
  }
})();
