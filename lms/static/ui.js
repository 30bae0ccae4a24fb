// Small helps shared by all pages. Every page works without them.
(() => {
  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const plural = new Intl.PluralRules(root.lang || 'en');

  // The page holds [[sample number, text with {n}], …], so every language keeps its own plurals.
  function words(node, n) {
    const forms = JSON.parse(node.dataset.forms);
    const form = forms.find(([sample]) => plural.select(sample) === plural.select(n)) || forms[0];
    node.textContent = form[1].replace('{n}', n.toLocaleString(root.lang));
  }

  // Saved is spoken the first time and after trouble, not after every answer; trouble once, not again at every try.
  let spoken = '';
  function save(state, { time = '', count = 0, said = '', wait = false, quiet = false } = {}) {
    const bar = find('[data-save]');
    const text = bar && find(`template[data-state="${state}"]`, bar);
    if (!text) return;
    const content = text.content.cloneNode(true);
    all('[data-time]', content).forEach((node) => { node.textContent = time; });
    all('[data-forms]', content).forEach((node) => words(node, count));
    all('[data-wait]', content).forEach((node) => wait || node.remove());
    if (said && state === 'refused') find('span', content).textContent = said;
    const now = find('[data-save-now]', bar);
    now.replaceChildren(content);
    now.hidden = false;
    bar.dataset.save = state;
    if (quiet || state === spoken || !text.dataset.speak) return;
    spoken = state;
    find(`[role=${text.dataset.speak}]`, bar).textContent = [...now.children].map((node) => node.textContent).join(' ').trim();
  }

  // The server's clock minus the device's, which may be wrong, or set while the page is open: each reply tells it anew.
  let skew = 0;
  function clock(now) {
    if (now) skew = Date.parse(now) - Date.now();
  }

  function timer(box) {
    clock(box.dataset.now);
    const [left, hide] = [find('[data-forms]', box), find('[data-timer-hide]', box)];
    let shown;
    const tick = () => {
      const minutes = Math.max(0, Math.ceil((Date.parse(box.dataset.ends) - Date.now() - skew) / 60000));
      if (minutes === shown) return;
      words(left, minutes);
      if (shown !== undefined && [10, 5, 1].includes(minutes)) find('[role=status]', box).textContent = left.textContent;
      shown = minutes;
    };
    hide.addEventListener('click', () => {
      find('[data-timer-left]', box).hidden ^= 1;
      [hide.textContent, hide.dataset.showText] = [hide.dataset.showText, hide.textContent];
    });
    tick();
    setInterval(tick, 1000);
  }

  function order(list) {
    list.addEventListener('click', (event) => {
      const button = event.target.closest('button[name=move]');
      if (!button) return;
      event.preventDefault();
      const row = button.closest('li');
      const up = button.value.startsWith('up:');
      const beside = up ? row.previousElementSibling : row.nextElementSibling;
      if (!beside) return;
      if (up) beside.before(row); else beside.after(row);
      const rows = [...list.children];
      rows.forEach((one, i) => all('button', one).forEach((b, j) => {
        if (i === (j ? rows.length - 1 : 0)) b.setAttribute('aria-disabled', 'true'); else b.removeAttribute('aria-disabled');
      }));
      button.focus();
      find('[data-order-said]', list.parentNode).textContent = list.dataset.said
        .replace('{name}', find('.t', row).textContent.trim()).replace('{place}', rows.indexOf(row) + 1).replace('{total}', rows.length);
      list.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  function term(link) {
    const target = link.hash && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target || !('popover' in root)) return;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const pop = Object.assign(document.createElement('div'), { className: 'pop', popover: 'auto', tabIndex: -1 });
      pop.append(...(target.matches('dt') ? target.nextElementSibling : target).cloneNode(true).childNodes);
      document.body.append(pop);
      pop.showPopover();
      const at = link.getBoundingClientRect();
      pop.style.left = `${Math.max(8, Math.min(at.left, root.clientWidth - pop.offsetWidth - 8)) + scrollX}px`;
      pop.style.top = `${at.bottom + scrollY + 6}px`;
      pop.focus({ preventScroll: true });
      pop.addEventListener('toggle', ({ newState }) => {
        if (newState !== 'closed') return;
        if (pop.contains(document.activeElement) || document.activeElement === document.body) link.focus({ preventScroll: true });
        pop.remove();
      });
    });
  }

  const clicks = {
    '[data-show]': (button) => {
      const input = document.getElementById(button.dataset.show);
      const hidden = input.type === 'password';
      input.type = hidden ? 'text' : 'password';
      button.setAttribute('aria-pressed', hidden);
    },
    '[data-copy]': async (button) => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const label = find('span', button);
      const before = label.textContent;
      label.textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = before; }, 2000);
    },
    '[data-dialog]': (link, event) => {
      event.preventDefault();
      document.getElementById(link.dataset.dialog).showModal();
    },
  };
  document.addEventListener('click', (event) => {
    Object.entries(clicks).forEach(([selector, act]) => {
      const node = event.target.closest(selector);
      if (node) act(node, event);
    });
    all('[data-menu][open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && find('[data-menu][open]');
    if (menu) { menu.open = false; find('summary', menu).focus(); }
  });

  // A form marked data-leave asks before its changes are thrown away.
  let changed = false;
  document.addEventListener('input', (event) => { changed ||= Boolean(event.target.closest('form[data-leave]')); });
  document.addEventListener('submit', () => { changed = false; });
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });

  all('[data-show], [data-copy], [data-timer-hide]').forEach((button) => { button.hidden = false; });
  all('[data-zone]').forEach((input) => { input.value = Intl.DateTimeFormat().resolvedOptions().timeZone; });
  all('[data-timer]').forEach(timer);
  all('[data-order]').forEach(order);
  all('a.term').forEach(term);
  const bar = find('[data-save-start]');
  if (bar) save(bar.dataset.saveStart, { time: bar.dataset.saveTime, count: Number(bar.dataset.saveCount), quiet: true });
  const summary = find('[data-error-summary]');
  if (summary) summary.focus();
  window.Cleanroom = { save, words, clock };
})();
