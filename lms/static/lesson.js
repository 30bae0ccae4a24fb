// A lesson: keeps the place to the paragraph, counts the time it is seen, answers self-checks at once.
// Everything goes through the journal; without scripts the page has buttons.
(() => {
  const form = document.querySelector('form[data-lesson]');
  if (!form || !window.Journal) return;
  const data = form.dataset;
  const all = (selector) => document.querySelectorAll(selector);
  const SLICE = 30;
  let journal;
  let read = 'read' in data;

  // Time: only while the page is seen, in slices of at most half a minute, until the lesson is read.
  let since = 0;
  function slice() {
    if (since && !read) {
      const seconds = Math.min(SLICE, Math.round((performance.now() - since) / 100) / 10);
      if (seconds >= 1) journal.add('time', { seconds });
      else return;
    }
    since = performance.now();
  }

  // Place: the first paragraph in view, once the eye has rested there. Coming back puts it just below the edge, so what
  // only just shows there does not count.
  const inView = new Set();
  let place = 0;
  let resting;
  function keepPlace() {
    clearTimeout(resting);
    if (!inView.size || read) return;
    const block = Math.min(...inView);
    if (block !== place) journal.add('place', { block });
    place = block;
  }
  function look(entries) {
    for (const { target, isIntersecting } of entries) {
      const block = Number(target.id.slice(1));
      if (isIntersecting) inView.add(block);
      else inView.delete(block);
    }
    clearTimeout(resting);
    resting = setTimeout(keepPlace, 1000);
  }
  function reached([entry], observer) {
    if (!entry.isIntersecting || document.hidden) return;
    observer.disconnect();
    if (!read) journal.add('end', {});
  }

  // These come before the journal's own, so that the last slice is in its last batch.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      slice();
      keepPlace();
      since = 0;
    } else since = performance.now();
  });
  addEventListener('pagehide', () => { slice(); keepPlace(); });

  // What comes next may open only when this lesson is stored: wait for the server, but not for long.
  async function moveOn(event) {
    const link = event.target.closest('a[rel=next], .process a');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    slice();
    keepPlace();
    if (!journal.pending || !navigator.onLine) return;
    event.preventDefault();
    await Promise.race([journal.flush(), new Promise((done) => { setTimeout(done, 1500); })]);
    location.assign(link.href);
  }

  function icon(root, name) {
    const use = root && root.querySelector('use');
    if (use) use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${name}`));
  }
  function show(state) {
    if (!state) return;
    for (const [code, met] of Object.entries(state.conditions)) {
      for (const item of met ? all(`[data-condition="${code}"].is-not-started`) : []) {
        item.classList.replace('is-not-started', 'is-complete');
        icon(item, 'complete');
        item.querySelector('svg').setAttribute('aria-label', data.wordDone);
      }
    }
    if (!state.read || read) return;
    read = true;
    form.querySelector('[data-read-words]').hidden = false;
    for (const here of all('.process [aria-current]')) {
      here.parentNode.className = 'is-complete';
      icon(here, 'complete');
      here.querySelector('.fact').textContent = data.wordRead;
    }
  }

  function check(event) {
    const pressed = event.submitter;
    if (!pressed || pressed.name !== 'check') return;
    event.preventDefault();
    // Enter in a row presses the first button of the form: the row says which check is meant.
    const box = document.activeElement.closest('[data-check]') || pressed.closest('[data-check]');
    const chosen = box.querySelector('input:checked');
    const first = box.querySelector('input');
    first.setCustomValidity(chosen ? '' : data.wordChoose);
    if (!chosen) { first.reportValidity(); return; }
    for (const words of box.querySelectorAll('[data-answer]')) {
      words.hidden = words.dataset.answer !== chosen.value;
      words.classList.add(words.dataset.right === 'true' ? 'right' : 'wrong');
      if (words.hidden) continue;
      words.tabIndex = -1;
      words.focus();
    }
    journal.add('check', { id: box.dataset.check, answer: Number(chosen.value) });
  }
  document.addEventListener('click', moveOn);
  form.addEventListener('submit', check);
  form.addEventListener('change', (event) => {
    const box = event.target.closest('[data-check]');
    if (box) box.querySelector('input').setCustomValidity('');
  });

  journal = new Journal({
    url: data.operations,
    pageLoad: data.pageLoad,
    person: data.person,
    scope: `lesson:${data.registration}:${data.lesson}`,
    onReply: (reply) => show(reply.state),
  });
  const back = Number(data.place) > 1 && document.getElementById(`p${data.place}`);
  if (back && !location.hash && scrollY < 40) back.scrollIntoView();
  if (!document.hidden) since = performance.now();
  setInterval(() => { if (since) slice(); }, SLICE * 1000);
  const watch = new IntersectionObserver(look, { rootMargin: '-48px 0px 0px' });
  const blocks = [...form.querySelectorAll('.prose [id^="p"]')].filter((block) => /^p\d+$/.test(block.id));
  blocks.forEach((block) => watch.observe(block));
  new IntersectionObserver(reached).observe(blocks.pop() || form);
})();
