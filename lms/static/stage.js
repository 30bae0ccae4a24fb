// Where content is shown: a frame of its own, or a window. Taken away, it may say its last words before anything else comes.
(() => {
  const stage = document.querySelector('[data-stage]');
  if (!stage) return;
  const PATIENCE = 3000; // for content to let go of its page
  const WIDEST = 2000;
  const soon = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const isBlank = (view) => { try { return view.location.href === 'about:blank'; } catch (error) { return false; } };

  function show(title, src) {
    const frame = document.createElement('iframe');
    Object.assign(frame, { title, allow: 'fullscreen; autoplay; encrypted-media; clipboard-write', src });
    stage.replaceChildren(frame);
    return frame;
  }

  // Handlers of `pagehide` and `unload` have run when this is done, so what they called is known.
  async function blank(view) {
    try { view.location.replace('about:blank'); } catch (error) { /* the window is closed */ }
    for (let waited = 0; waited < PATIENCE && !view.closed && !isBlank(view); waited += 10) await soon(10);
    stage.replaceChildren();
  }

  // Content that is made for a wider page is drawn smaller, as a browser does with a whole page, and not cut.
  function fit() {
    const frame = stage.firstElementChild;
    if (!frame) return;
    const { style } = frame;
    ['width', 'height', 'transform'].forEach((name) => style.removeProperty(name));
    let wide = 0;
    try {
      const page = frame.contentDocument;
      if (page.querySelector('meta[name=viewport]')) return; // it knows small screens
      wide = Math.min(WIDEST, page.scrollingElement.scrollWidth);
    } catch (error) { return; }
    const scale = stage.clientWidth / wide;
    if (!(scale < 0.95)) return;
    style.width = `${wide}px`;
    style.height = `${stage.clientHeight / scale}px`;
    style.transform = `scale(${scale})`;
  }
  addEventListener('resize', fit);

  Cleanroom.stage = { node: stage, show, blank, isBlank, fit };
})();
