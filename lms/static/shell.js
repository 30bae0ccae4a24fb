// The player's shell: it holds the writer lease, delivers what the server decides, and passes on what the content does. It answers
// the content at once and leaves all decisions to the server. No request is synchronous, and nothing waits for `unload`.
(() => {
  const { Journal, outline, recorder, scorm, stage } = Cleanroom;
  if (!stage) return;
  const LINE = 15000;
  const LEAVING = 1500;
  const BEAT = 9 * 60000; // the write token lives for half an hour
  const SILENT = 8000; // after which a page that never called the API is taken for one that will not
  const NAVIGATION = /^cmi\.(completion_status|success_status|score\.|progress_measure|objectives\.)/;

  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const soon = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const heard = (target, name) => new Promise((done) => { target.addEventListener(name, done, { once: true }); });
  const keep = (store, ...item) => { try { return item.length > 1 ? store().setItem(...item) : store().getItem(...item); } catch (error) { return null; } };
  const inTab = (...item) => keep(() => sessionStorage, ...item);
  const words = JSON.parse(find('[data-words]').textContent);
  const player = find('[data-player]');
  const panel = find('[data-say]');
  const note = find('[data-note-text]');
  const read = find('[data-read]');
  const exits = find('[data-exits]');
  const ownWindow = find('[data-own-window]');
  const buttons = all('[data-testid^=nav-]');
  const back = find('header [data-back]');

  let pass; // { token, person, scope }: in the tab's storage too, for a reload
  let journal;
  let lease = 0;
  let readOnly = false;
  let running = null; // { delivery, session, view, called }
  let valid = null;
  let apart = null; // the content's own window
  let busy = false; // the LMS is about to navigate
  let taking = false; // and lets the content go
  let leaving = false;
  let going = false; // the page goes away
  let over = false;
  let moved = false;
  let spokenTo = 0;

  // The panel stands where the content does when there is none.
  function say(name, text = '', button = '') {
    const [title, usual] = words[name];
    find('[data-say-title]').textContent = title;
    find('[data-say-text]').textContent = text || usual;
    const again = find('[data-say-again]');
    [again.textContent, again.hidden] = [button, !button];
    find('[data-say-check]').hidden = !['starting', 'offline', 'code', 'refused'].includes(name);
    find('[data-say-back]').hidden = ['older', 'starting', 'sending', 'going', 'offline', 'choose', 'window', 'closed'].includes(name);
    if (name === 'ended') panel.dataset.testid = 'session-ended'; else delete panel.dataset.testid;
    panel.hidden = false;
    tell(`${title} ${text || usual}`);
    return button ? heard(again, 'click') : null;
  }

  function tell(text) {
    find('[data-polite]').textContent = text;
  }

  function noted(text = '') {
    [note.textContent, note.hidden] = [text, !text];
  }

  // Requests besides the journal's.
  const bearer = () => (pass && pass.token ? { Authorization: `Bearer ${pass.token}` } : {});
  function renew({ token }) {
    if (token) pass.token = token;
    if (pass) inTab('cr-shell', JSON.stringify(pass));
  }

  async function post(path, given, keepalive = false) {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json', ...bearer() };
    try {
      const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(given), keepalive, signal: AbortSignal.timeout(LINE) });
      return [answer.status, answer.status === 204 ? {} : await answer.json()];
    } catch (error) {
      return [0, {}];
    }
  }

  async function insist(path, given) {
    for (let wait = 1; ; wait = Math.min(30, wait * 2)) {
      const [status, reply] = await post(path, given);
      if (status && status < 500 && ![408, 425, 429].includes(status)) return [status, reply];
      await Promise.race([soon(wait * (500 + Math.random() * 500)), heard(window, 'online'), say('offline', '', words.again)]);
    }
  }

  function shut(name, { url, back: home, message } = {}) {
    all('[data-back]').forEach((link) => { link.href = url || home || link.href; });
    say(name, message);
  }

  async function begin() {
    const code = location.hash.slice(1);
    if (code) {
      history.replaceState(null, '', location.pathname + location.search);
      const [status, reply] = await insist('/x/exchange', { code });
      if (status === 200) pass = reply;
      else pass = null;
      if (!pass) { shut(status === 401 ? 'code' : 'refused', reply); return; }
      renew(reply);
    } else pass = JSON.parse(inTab('cr-shell'));
    if (!pass) { shut('code'); return; }
    const { person, scope } = pass;
    journal = new Journal({ url: '/x/operations', person, scope, most: 100, keeps: false, headers: bearer, onState: stateIs, onReply: replied });
    channel(`cr|${person}|${scope}`);
    listen();
    start();
  }

  // What earlier pages have left goes first; then the lease is asked for, and the state that holds.
  async function start() {
    const sending = setTimeout(() => say('sending'), 1000);
    await journal.past(400);
    clearTimeout(sending);
    const [status, reply] = await insist('/x/take', {});
    if (status !== 200) { shut(status === 401 ? 'expired' : 'refused', reply); return; }
    renew(reply);
    [lease, readOnly, busy, over] = [reply.lease, Boolean(reply.read_only), false, false];
    journal.name(reply.page_load, lease);
    if (tabs && !readOnly) tabs.postMessage({ lease, token: pass.token });
    spokenTo = Date.now();
    all('[data-back]').forEach((link) => { link.href = reply.back || link.href; });
    document.title = find('h1').textContent = reply.title || document.title;
    if (readOnly) noted(reply.message || words.readOnly);
    await deliver(reply);
  }

  // Another tab of this browser that takes the lease says so; it gives the newer token, so that what is left here can go.
  let tabs;
  function channel(name) {
    if (!window.BroadcastChannel) return;
    tabs = new BroadcastChannel(name);
    tabs.onmessage = ({ data }) => {
      if (data.lease <= lease) return;
      pass.token = data.token;
      journal.trouble = 'older';
      journal.show();
      journal.again();
    };
  }

  const fenced = () => readOnly || Boolean(journal && journal.trouble === 'older');

  function stateIs(state) {
    if (state === 'older') stage.node.inert = true;
    if (state === 'older' && busy) say('older');
    const link = state === 'signin' && find('[data-save-now] a');
    if (link) link.href = journal.away;
    if (busy && state === 'signin') shut('expired', { url: journal.away });
    if (busy && ['kept', 'unkept'].includes(state)) say('offline');
    buttons.forEach((button) => button.setAttribute('aria-disabled', fenced()));
    if (over) finish();
  }

  // Replies of the server, also to what older pages have left, which decide nothing here.
  function replied(reply, mine) {
    renew(reply);
    spokenTo = Date.now();
    if (!mine) {
      if ((reply.late || []).length) noted(words.late);
      return;
    }
    record('(saved)', `${reply.acked ?? ''}`, '', reply.saved_at_text || '', '');
    update(reply);
    if ('delivery' in reply && !leaving) deliver(reply);
    else if (busy && !taking && !journal.own.acts.length) lost();
    else if (over) finish();
  }

  // The navigation is stored, and its reply is not known: ask for what holds now.
  let asked = false;
  async function lost() {
    if (asked || fenced()) return;
    asked = true;
    await start();
    asked = false;
  }

  function update(reply) {
    if (reply.valid) valid = reply.valid;
    if (running && running.session) running.session.valid = running.delivery.sensitive !== false && unsure() ? null : valid;
    if (reply.nav) controls(reply.nav);
    if (reply.outline) outline.draw(reply.outline, Boolean(running), over);
    if (reply.message && !('delivery' in reply)) noted(reply.message);
  }

  const unsure = () => journal.own.acts.some(({ kind, body: act }) => kind === 'set' && NAVIGATION.test(act.e));

  // Delivery.
  async function deliver(reply) {
    await blank();
    [busy, valid] = [false, reply.valid || valid];
    player.removeAttribute('aria-busy');
    running = null;
    scorm.offer(null);
    over = Boolean(reply.ended);
    const { delivery } = reply;
    if (delivery) load(delivery, reply); else ownWindow.hidden = read.hidden = true;
    update(reply);
    if (over) { finish(); return; }
    if (delivery) return;
    find('[data-part]').textContent = '';
    const choose = say('choose', reply.message, outline.wide ? '' : words.outline);
    if (choose) choose.then(() => outline.open(true));
    if (moved) find('[data-say-title]').focus();
  }

  function finish() {
    if (journal.pending || panel.dataset.testid) return;
    find('[data-part]').textContent = '';
    noted();
    say('ended');
    if (moved) find('[data-say-title]').focus();
  }

  function load(delivery, reply) {
    const session = delivery.session && new scorm.Session(delivery.session);
    const one = { delivery, session, called: false };
    running = one;
    if (session) session.valid = valid || session.valid;
    if (session) scorm.offer(session, (...act) => acted(one, ...act), (...call) => { one.called = true; record(...call); });
    noted(readOnly ? words.readOnly : reply.message);
    read.hidden = true;
    find('[data-part]').textContent = delivery.title === find('h1').textContent ? '' : delivery.title;
    if (moved) tell(delivery.title);
    record('(delivered)', delivery.item, delivery.href, `${delivery.attempt}`, '');
    ownWindow.hidden = Boolean(apart) || delivery.kind === 'asset';
    if (apart && !apart.closed) {
      apart.location.replace(delivery.href);
      watch(say('window', '', words.here));
      [one.view, one.opened] = [apart, true];
    } else inFrame(one);
  }

  function inFrame(one) {
    const { delivery } = one;
    const frame = stage.show(delivery.title, delivery.href);
    one.view = frame.contentWindow;
    panel.hidden = true;
    delete panel.dataset.testid;
    frame.addEventListener('load', () => loaded(one));
    // What has pressed a button of ours may be gone now; the content comes next.
    if (moved && !(outline.wide && outline.holds(document.activeElement))) frame.focus();
  }

  function loaded(one) {
    if (one !== running || taking) return;
    if (!one.opened) {
      one.opened = true;
      if (one.delivery.kind === 'asset') {
        act(one, 'opened');
        read.hidden = readOnly || one.delivery.unscripted !== 'marked';
      } else if (one.delivery.unscripted === 'marked') setTimeout(() => { if (one === running && !one.called) read.hidden = readOnly; }, SILENT);
    }
    stage.fit();
    setTimeout(stage.fit, 1000);
  }

  // What the content does.
  function act(one, kind, more) {
    if (!readOnly) journal.add(kind, { k: one.delivery.key, a: one.delivery.attempt, ...more });
    if (going) queueMicrotask(() => journal.leave());
  }

  function acted(one, kind, e, v) {
    const { session, delivery } = one;
    if (kind === 'set') {
      act(one, kind, { e, v });
      if (NAVIGATION.test(e) && delivery.sensitive !== false) session.valid = null;
      return;
    }
    act(one, kind, kind === 'end' && taking && !leaving ? { taken: true } : {});
    if (kind === 'init') read.hidden = true;
    if (going && kind !== 'init') journal.leave();
    else if (kind === 'end') ended(one);
  }

  function ended({ session }) {
    if (taking || leaving) return;
    journal.drain();
    const request = session.values.get('adl.nav.request') ?? '_none_';
    if (request === '_none_') noted(words.finished); else wait();
  }

  // A navigation is under way: by the learner, or by what the content asked for.
  function wait() {
    [busy, moved] = [true, true];
    player.setAttribute('aria-busy', 'true');
    setTimeout(() => { if (busy && !leaving && panel.hidden) say('going'); }, 800);
  }

  async function blank() {
    const view = running && running.view;
    if (!view || stage.isBlank(view)) return;
    taking = true;
    await stage.blank(view);
    taking = false;
  }

  function quiet() {
    const silent = running && running.opened && running.session && running.session.phase === 'new';
    if (silent && running.delivery.kind !== 'asset') act(running, 'opened', { quiet: true });
  }

  async function go(request, target) {
    if (busy || over || fenced() || !lease) return;
    wait();
    noted();
    if (!outline.wide) outline.open(false);
    await blank();
    quiet();
    const { delivery } = running || {};
    journal.add('nav', { k: delivery ? delivery.key : '', a: delivery ? delivery.attempt : 0, request, ...(target && { target }) });
    journal.drain();
  }

  function controls(nav) {
    const hide = running ? running.delivery.hide || [] : [];
    buttons.forEach((button) => {
      const name = button.dataset.testid.slice(4);
      button.hidden = !nav[name] || hide.includes(name);
    });
    exits.hidden = !find('button:not([hidden])', exits);
  }
  buttons.forEach((button) => button.addEventListener('click', () => go(button.dataset.testid.slice(4))));
  read.addEventListener('click', () => {
    act(running, 'read');
    journal.drain();
    read.hidden = true;
    noted(words.states.completed);
  });

  outline.onChoose = (item) => go('choice', item);
  outline.onSize = stage.fit;

  // A window of the content's own, which only a click may open.
  ownWindow.addEventListener('click', async () => {
    if (busy || fenced()) return;
    apart = window.open('about:blank', '_blank', `popup,width=${screen.availWidth},height=${screen.availHeight}`);
    if (apart) again(); else noted(words.blocked);
  });
  async function again() {
    wait();
    await blank();
    running = null;
    await journal.flush();
    await start();
  }
  async function watch(here) {
    const view = apart;
    let back_ = false;
    here.then(() => { back_ = true; });
    while (!back_ && !view.closed) await soon(300);
    if (view !== apart || over) return;
    apart = null;
    if (!back_) await say('closed', '', words.here);
    await again();
    view.close();
  }

  // Leaving: what is on its way gets a moment, and the way out is never barred.
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('[data-back]');
    if (event.target.closest('[data-use-this-tab]')) location.reload();
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leaving = true;
    const flushed = async () => { await blank(); quiet(); await journal.flush(); };
    if (journal && lease) await Promise.race([flushed(), soon(LEAVING)]);
    if (apart) apart.close();
    location.href = link.href;
  });
  // After the journal's own listeners: what it sends goes first.
  function listen() {
    addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
    addEventListener('pagehide', () => {
      going = true;
      if (!leaving && lease) quiet();
      recording.flush(true);
    });
    document.addEventListener('visibilitychange', () => { if (document.hidden) recording.flush(true); else beat(); });
    setInterval(beat, 30000);
  }
  function beat() {
    if (lease && !over && !document.hidden && !fenced() && Date.now() - spokenTo > BEAT) journal.send(journal.own, []);
  }

  const record = (...given) => recording.record(...given);
  const recording = recorder(async (calls, leaving) => {
    if (!lease) return false;
    const [status] = await post('/x/trace', { calls }, leaving);
    return status > 0 && status < 500;
  }, () => journal.room);

  begin();
})();
