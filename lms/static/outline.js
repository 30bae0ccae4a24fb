// The player's outline: where one is, how far, and what can be chosen. The player sets `onChoose` and `onSize`.
(() => {
  const nav = document.querySelector('[data-outline]');
  if (!nav) return;
  const WIDE = matchMedia('(min-width: 64rem)');
  const find = (selector, from = document) => from.querySelector(selector);
  const inTab = (act) => { try { return act(sessionStorage); } catch (error) { return null; } };
  const { states } = JSON.parse(find('[data-words]').textContent);
  const toggle = find('[data-outline-toggle]');
  const icons = { completed: 'complete', passed: 'complete', failed: 'not-passed' };
  const shape = (list) => JSON.stringify(list.map(({ id, depth, title }) => [id, depth, title]));
  let drawn = '';
  let rows = [];
  let alone; // a package of one page

  // `running`: content is shown; `over`: the visit has ended.
  function draw(list, running, over) {
    if (shape(list) !== drawn) {
      drawn = shape(list);
      plant(list);
    }
    list.forEach((entry, i) => paint(rows[i], entry));
    const choosable = list.some((entry) => entry.choosable);
    const single = list.filter((entry) => entry.leaf).length < 2 && (running || !choosable);
    find('[data-outline-hint]').hidden = choosable || single || over;
    if (alone === single) return;
    alone = single;
    place();
  }

  function plant(list) {
    const lists = [find('[data-tree]')];
    lists[0].replaceChildren();
    rows = list.map(({ id, title, depth }, i) => {
      const item = document.createElement('li');
      const row = Object.assign(document.createElement('button'), { type: 'button', className: 'entry' });
      row.dataset.itemId = id;
      row.innerHTML = '<svg class="icon" aria-hidden="true"><use></use></svg><span><bdi class="t"></bdi><span class="visually-hidden">. </span><span class="fact"></span></span>';
      find('.t', row).textContent = title;
      item.append(row);
      lists.length = Math.min(lists.length, depth + 1);
      lists[lists.length - 1].append(item);
      if ((list[i + 1] || {}).depth > depth) {
        const inner = document.createElement('ol');
        item.append(inner);
        lists[depth + 1] = inner;
      }
      return row;
    });
  }

  function paint(row, { status, current, choosable, leaf }) {
    const mark = icons[status] || status;
    const name = `entry is-${mark}${leaf ? '' : ' branch'}`;
    if (row.className !== name) {
      row.className = name;
      find('use', row).setAttribute('href', `${document.body.dataset.icons}#${mark}`);
    }
    find('.fact', row).textContent = states[status];
    row.setAttribute('aria-current', Boolean(current));
    row.setAttribute('aria-disabled', !choosable);
  }

  nav.addEventListener('click', (event) => {
    const row = event.target.closest('[data-item-id]');
    if (row && row.getAttribute('aria-disabled') !== 'true') outline.onChoose(row.dataset.itemId);
  });

  // Beside the content where there is room, else over it. A package of one page needs none: its buttons stand at the top.
  function open(shown) {
    nav.hidden = !shown;
    find('main').inert = shown && !WIDE.matches;
    toggle.setAttribute('aria-expanded', shown);
    outline.onSize();
    const here = shown && find('[aria-current=true]', nav);
    if (here) here.scrollIntoView({ block: 'nearest' });
  }

  function place() {
    const single = alone && WIDE.matches;
    find(single ? '[data-top-exits]' : '[data-side-exits]').append(find('[data-exits]'));
    toggle.hidden = single;
    open(!single && WIDE.matches && inTab((s) => s.getItem('cr-outline')) !== 'no');
  }

  toggle.addEventListener('click', () => {
    open(nav.hidden);
    if (WIDE.matches) inTab((s) => s.setItem('cr-outline', nav.hidden ? 'no' : 'yes'));
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || nav.hidden || WIDE.matches) return;
    open(false);
    toggle.focus();
  });
  WIDE.addEventListener('change', place);

  const outline = { draw, open, onChoose: () => {}, onSize: () => {}, get wide() { return WIDE.matches; }, holds: (node) => nav.contains(node) };
  Cleanroom.outline = outline;
})();
