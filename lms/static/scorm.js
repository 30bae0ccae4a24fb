// The run-time of SCORM as a SCO sees it. The tables come from the server, which replays every call that is accepted here through
// the same model (lms/engines/scorm/runtime.py) and is right when the two differ.
(() => {
  const VALID = 'adl.nav.request_valid.';
  const STORE = 'adl.data.n.store';
  const KEYWORDS = ['_children', '_count', '_version'];
  const ASKED = ['continue', 'previous', 'exit', 'exitAll', 'abandon', 'abandonAll', 'suspendAll'];
  const { addInterval, addTimespan, whole, wrong } = Cleanroom.values;
  const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

  // Names are the content's, and may be those of JavaScript's own properties: so no table is a plain object.
  function model(table) {
    const made = { ...table, unstorable: new RegExp(table.unstorable, 'u'), index: whole(table.index) };
    ['elements', 'lists', 'children', 'texts'].forEach((name) => { made[name] = new Map(Object.entries(table[name])); });
    return made;
  }
  const models = Object.fromEntries(Object.entries(window.CleanroomModels).map(([name, table]) => [name, model(table)]));

  // Which request is asked about, and its target: null if it is neither.
  function asked(name) {
    const [kind, ...others] = name.slice(VALID.length).split('.');
    const rest = others.join('.');
    const target = /^\{target=([^]+)\}$/.exec(rest);
    if (['choice', 'jump'].includes(kind)) return target && [kind, target[1]];
    return ASKED.includes(kind) && !rest ? [kind, ''] : null;
  }

  class Session {
    constructor(data) {
      this.model = models[data.standard];
      const { phase = 'new', error = '0', about = '', stores = [], valid = null } = data;
      Object.assign(this, { phase, error, about, stores, valid, values: new Map(), counts: new Map(), size: 0 });
      Object.entries(data.values).forEach(([name, value]) => {
        this.keep(name, value);
        this.counted(this.locate(name));
      });
    }

    get is2004() {
      return this.model.name === '2004';
    }

    initialize(argument) {
      if (argument !== '') return this.refuse('argument');
      if (this.phase !== 'new') return this.refuse(this.phase === 'running' ? 'again' : 'ended');
      this.phase = 'running';
      return this.done();
    }

    terminate(argument) {
      if (argument !== '') return this.refuse('argument');
      if (this.phase !== 'running') return this.refuse(this.phase === 'new' ? 'end_early' : 'end_late');
      this.close(true);
      return this.done();
    }

    commit(argument) {
      if (argument !== '') return this.refuse('argument');
      if (this.phase !== 'running') return this.refuse(this.phase === 'new' ? 'commit_early' : 'commit_late');
      return this.done();
    }

    get(name) {
      if (this.phase !== 'running') return this.nothing(this.phase === 'new' ? 'get_early' : 'get_late', name);
      if (name === '') return this.nothing('get_general', name);
      if (this.is2004 && name.startsWith(VALID)) return this.requestValid(name);
      const place = this.locate(name);
      const element = this.model.elements.get(place.key);
      if (element && element.access === 'w' && !place.keyword) return this.nothing('write_only', name);
      if (place.lists.some(({ path, number }) => number >= this.count(path))) return this.nothing(this.known(place) ? 'get_general' : 'unknown', name);
      return place.keyword ? this.keyword(place, name) : this.value(place, element, name);
    }

    set(name, value) {
      if (this.phase !== 'running') return this.refuse(this.phase === 'new' ? 'set_early' : 'set_late', name);
      if (name === '') return this.refuse('set_general', name);
      if (this.is2004 && name.startsWith(VALID)) return this.refuse(asked(name) ? 'read_only' : 'unknown', name);
      const place = this.locate(name);
      const reason = this.refusal(place, value);
      if (reason) return this.refuse(reason, name);
      if (this.size + value.length - (this.values.get(place.path) || '').length > this.model.total) return this.refuse('set_general', name);
      this.keep(place.path, value);
      this.counted(place);
      return this.done();
    }

    close(finished) {
      const running = this.phase === 'running';
      this.phase = 'ended';
      if (!running) return;
      const value = (name) => this.values.get(name) ?? '';
      const total = (name) => this.values.get(name) ?? this.model.elements.get(name).initial;
      if (this.is2004) this.keep('cmi.total_time', addInterval(total('cmi.total_time'), value('cmi.session_time')));
      else {
        const status = this.finalStatus(finished);
        this.keep('cmi.core.total_time', addTimespan(total('cmi.core.total_time'), value('cmi.core.session_time')));
        this.keep('cmi.core.lesson_status', status);
      }
    }

    // SCORM 1.2: where credit is given, the score decides against the mastery score.
    finalStatus(finished) {
      const value = (name, initial) => this.values.get(name) ?? initial;
      const mode = value('cmi.core.lesson_mode', 'normal');
      let status = value('cmi.core.lesson_status', 'not attempted');
      if (status === 'not attempted') status = mode === 'browse' ? 'browsed' : finished ? 'completed' : 'incomplete';
      const credited = mode === 'normal' && value('cmi.core.credit', 'credit') === 'credit';
      const [mastery, score] = [value('cmi.student_data.mastery_score', ''), value('cmi.core.score.raw', '')];
      if (!credited || !mastery || !score || status === 'incomplete') return status;
      return Number(score) >= Number(mastery) ? 'passed' : 'failed';
    }

    errorString(code) {
      return this.model.texts.get(code) || '';
    }

    diagnostic(code) {
      const text = this.errorString(code || this.error);
      const about = [...this.about.slice(0, 400)].slice(0, 200).join('');
      return text && (code || this.error) === this.error && about ? `${text}: ${about}` : text;
    }

    keep(path, value) {
      this.size += value.length - (this.values.get(path) || '').length;
      this.values.set(path, value);
    }

    counted({ lists }) {
      lists.forEach(({ path, number }) => this.counts.set(path, Math.max(this.count(path), number + 1)));
    }

    count(path) {
      return this.counts.get(path) || 0;
    }

    done() {
      [this.error, this.about] = ['0', ''];
      return 'true';
    }

    refuse(reason, about = '') {
      [this.error, this.about] = [this.model.codes[reason], about];
      return 'false';
    }

    nothing(reason, about) {
      this.refuse(reason, about);
      return '';
    }

    answer(value) {
      this.done();
      return value;
    }

    // The name in the tables has n for the number of a record; `lists` are those on the way to the element.
    locate(name) {
      const parts = name.split('.');
      const keyword = KEYWORDS.includes(parts[parts.length - 1]) ? parts.pop() : '';
      const key = [];
      const lists = [];
      let record = '';
      parts.forEach((part, i) => {
        const table = key.join('.');
        if (!this.model.index.test(part) || !this.model.lists.has(table)) {
          key.push(part === 'n' ? '?' : part);
          return;
        }
        lists.push({ table, path: parts.slice(0, i).join('.'), number: Number(part) });
        record ||= `${parts.slice(0, i + 1).join('.')}.`;
        key.push('n');
      });
      return { key: key.join('.'), path: parts.join('.'), keyword, lists, record };
    }

    known({ key }) {
      return ['elements', 'children', 'lists'].some((table) => this.model[table].has(key));
    }

    keyword(place, name) {
      const { children, lists, version } = this.model;
      const unknown = (reason) => this.nothing(this.known(place) ? reason : 'unknown', name);
      if (place.keyword === '_version') return place.key === 'cmi' ? this.answer(version) : this.nothing('unknown', name);
      if (place.keyword === '_children') return children.has(place.key) ? this.answer(children.get(place.key)) : unknown('no_children');
      return lists.has(place.key) ? this.answer(String(this.count(place.path))) : unknown('no_count');
    }

    value(place, element, name) {
      if (!element) return this.nothing('unknown', name);
      if (place.key === STORE && !this.stores[place.lists[0].number].includes('r')) return this.nothing('write_only', name);
      const value = this.current(place.path, element);
      if (value !== undefined) return this.answer(value);
      return this.model.blank ? this.answer('') : this.nothing('unset', name);
    }

    // Two statuses of SCORM 2004 are decided by measures where the LMS named a threshold.
    current(path, element) {
      if (path === 'cmi.completion_status' && this.values.has('cmi.completion_threshold')) {
        return this.reached('cmi.progress_measure', 'cmi.completion_threshold', 'completed', 'incomplete');
      }
      if (path === 'cmi.success_status' && this.values.has('cmi.scaled_passing_score')) {
        return this.reached('cmi.score.scaled', 'cmi.scaled_passing_score', 'passed', 'failed');
      }
      return this.values.get(path) ?? element.initial;
    }

    reached(measure, threshold, yes, no) {
      if (!this.values.has(measure)) return 'unknown';
      return Number(this.values.get(measure)) >= Number(this.values.get(threshold)) ? yes : no;
    }

    requestValid(name) {
      const request = asked(name);
      if (!request) return this.nothing('unknown', name);
      if (!this.valid) return this.answer('unknown');
      const [kind, target] = request;
      const answer = own(this.valid, kind) ?? (target ? {} : 'unknown');
      return this.answer(String(typeof answer === 'object' ? own(answer, target) ?? 'false' : answer));
    }

    refusal(place, value) {
      const element = this.model.elements.get(place.key);
      if (place.keyword) return this.known(place) || (place.keyword === '_version' && place.key === 'cmi') ? 'keyword' : 'unknown';
      if (!element) return 'unknown';
      if (element.access === 'r' || (place.key === STORE && !this.mayWrite(place))) return 'read_only';
      const misplaced = place.lists.some(({ table, path, number }) => {
        const count = this.count(path);
        return number > count || number >= this.model.lists.get(table).most || (number === count && table === 'adl.data');
      });
      if (misplaced) return 'set_general';
      if (this.needs(place, element).some((name) => !this.values.has(`${place.record}${name}`))) return 'needs';
      const type = this.model.types[element.type];
      const kind = type.by ? type.of[this.values.get(`${place.record}${type.by}`)] : type;
      return wrong(kind, value, this.model.unstorable) || this.recordRefusal(place, element, kind, value);
    }

    mayWrite({ lists }) {
      const rights = this.stores[lists[0].number];
      return rights === undefined || rights.includes('w');
    }

    needs({ lists, path, record }, element) {
      const key = lists.length ? this.model.lists.get(lists[0].table).key : '';
      return [...(key && path !== `${record}${key}` ? [key] : []), ...(element.needs || [])];
    }

    // What one record may not hold because of itself or of the others of its list.
    recordRefusal({ lists, path: name }, element, kind, value) {
      if (!lists.length) return '';
      if (element.once && (this.values.get(name) ?? value) !== value) return 'set_general';
      const { path, number } = lists[lists.length - 1];
      if (kind.alone && number) return 'set_general';
      if (!kind.differ) return '';
      const rest = name.slice(path.length + String(number).length + 2);
      for (let one = 0; one < this.count(path); one += 1) {
        if (one !== number && this.values.get(`${path}.${one}.${rest}`) === value) return 'set_general';
      }
      return '';
    }
  }

  // Content passes numbers, and leaves arguments out.
  const text = (value) => String(value ?? '');

  // The object that a SCO finds. An adapter belongs to one session: calls that come late cannot reach another. `heard` is told of
  // each act that changes state, `called` of each call with its answer.
  function adapter(session, heard = () => {}, called = () => {}) {
    const call = (method, act, kind) => (...given) => {
      const [first, second] = given.map(text);
      const result = act(first ?? '', second ?? '');
      if (kind && result === 'true') heard(kind, first, second ?? '');
      called(method, first ?? '', second ?? '', result, session.error);
      return result;
    };
    const methods = {
      Initialize: call('Initialize', (argument) => session.initialize(argument), 'init'),
      Terminate: call('Terminate', (argument) => session.terminate(argument), 'end'),
      GetValue: call('GetValue', (name) => session.get(name)),
      SetValue: call('SetValue', (name, value) => session.set(name, value), 'set'),
      Commit: call('Commit', (argument) => session.commit(argument), 'commit'),
      GetLastError: () => session.error,
      GetErrorString: call('GetErrorString', (code) => session.errorString(code)),
      GetDiagnostic: call('GetDiagnostic', (code) => session.diagnostic(code)),
    };
    if (session.is2004) return { version: '1.0', ...methods };
    const { Terminate, ...rest } = methods;
    return Object.fromEntries(Object.entries({ ...rest, Finish: Terminate }).map(([name, method]) => [`LMS${name}`, method]));
  }

  // Put the adapter where the standard's search finds it, and nothing where it would find another.
  function offer(session, ...ears) {
    delete window.API;
    delete window.API_1484_11;
    if (session) window[session.is2004 ? 'API_1484_11' : 'API'] = adapter(session, ...ears);
  }

  window.Cleanroom.scorm = { Session, adapter, offer };
})();
