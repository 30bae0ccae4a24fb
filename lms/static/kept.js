// My learning: names what this device still keeps of this person, and sends it from here too.
(() => {
  const box = document.querySelector('[data-kept]');
  if (!box || !window.Journal) return;
  const list = box.querySelector('[data-kept-pages]');
  let journal;
  function show() {
    const pages = new Map(journal.all.map(({ page, title }) => [page, title]));
    list.replaceChildren(...[...pages].map(([page, title]) => {
      const item = document.createElement('li');
      item.append(Object.assign(document.createElement('a'), { href: page, textContent: title }));
      return item;
    }));
    box.hidden = box.hidden && !pages.size;
  }
  journal = new Journal({ person: box.dataset.person, onState: () => journal && show(), onReply: show });
  show();
  journal.ready.then(show);
})();
