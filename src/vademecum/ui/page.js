// The page's script: turns clicks, forms and keys into events of the server, and looks after view, panel,
// focus and theme. It makes no HTML: what people, files and documents say comes as text or from the server.
// Gradio looks for the events' names here: "begin" "show" "ask" "wake" "stop" "forget" "rate" "open" "trace" "search" "documents"
// It is run with `element` (the bar) and `trigger(name, data)`.

const find = (selector, within = document) => within.querySelector(selector);
const body = document.body;
const VIEWS = { ask: 'Ask', search: 'Search', sources: 'Sources' };
let opener = null; // what opened the panel; it gets the focus back
let spoken = 0; // characters of the answer that were read out
let waker = 0;
let seen = null; // the documents as last listed

const talk = () => find('.vm-talk')?.dataset.talk ?? '';
const say = (words) => { find('#vm-live').textContent = words; };

// ---- views -------------------------------------------------------------------------------------------------

function view() {
  const [name, id] = location.hash.slice(1).split('/');
  return { name: name in VIEWS ? name : 'ask', id: id ?? '' };
}

function turnTo() {
  const { name, id } = view();
  body.dataset.view = name;
  body.removeAttribute('data-rail');
  document.title = `${VIEWS[name]} – Vademecum`;
  for (const link of document.querySelectorAll('.vm-views a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (name === 'ask' && id !== talk() && body.dataset.begun) trigger('show', { talk: id });
  if (name === 'sources' && !seen) list();
  if (name !== 'sources' && !matchMedia('(pointer: coarse)').matches) { // a finger's keyboard would cover the page
    find(name === 'search' ? '#vm-query' : '#vm-question').focus({ preventScroll: true });
  }
}

function list(asked = '', offset = 0) {
  seen = { asked, offset };
  trigger('documents', seen);
}

// ---- panel -------------------------------------------------------------------------------------------------

function openPanel(from) {
  if (!from.closest('.vm-panel')) opener = from;
  body.dataset.panel = 'loading';
}

function closePanel() {
  delete body.dataset.panel;
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function panelCame() {
  body.dataset.panel = 'open';
  find('#vm-panel-title')?.focus({ preventScroll: true });
  find('.vm-panel-body').scrollTop = 0;
  (find('.vm-panel .vm-box') ?? find('.vm-panel mark'))?.scrollIntoView({ block: 'center' });
}

// ---- conversation ------------------------------------------------------------------------------------------

function ask(text) {
  if (!text.trim() || body.dataset.busy) return;
  body.dataset.busy = 'yes';
  spoken = 0;
  trigger('ask', { text, talk: talk() });
  clearInterval(waker);
  waker = setInterval(() => { if (body.dataset.busy) trigger('wake'); else clearInterval(waker); }, 5000);
}

function talkCame(region) {
  const state = find('.vm-talk', region)?.dataset.state;
  const streamed = find('[data-streamed]', region)?.dataset.streamed ?? '';
  if (state === 'working') {
    if (streamed.length > spoken) say(streamed.slice(spoken));
    spoken = streamed.length;
  } else {
    delete body.dataset.busy;
    const hash = talk() ? `#ask/${talk()}` : '#ask';
    if (view().name === 'ask' && location.hash !== hash) history.replaceState(null, '', hash);
    const error = find('.vm-error', region);
    if (error) say(error.textContent);
  }
  const last = find('.vm-turn:last-child', region);
  const scroller = find('.vm-talk', region);
  if (last && (state === 'working' || scroller.dataset.reached !== talk())) {
    last.scrollIntoView({ block: 'start' });
    scroller.dataset.reached = talk();
  }
}

// ---- the program's own API: files come and go, keys -----------------------------------------------------------

async function call(method, path, content) {
  const reply = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: content && JSON.stringify(content),
  });
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(told.error?.message ?? `The server answered ${reply.status}.`);
  return told;
}

function change(method, path, content, done) {
  call(method, path, content).then(
    () => { say(done); list(seen.asked, seen.offset); },
    (error) => { say(error.message); window.alert(error.message); list(seen.asked, seen.offset); },
  );
}

function upload(form, files) {
  const most = Number(form.dataset.maxMb);
  const progress = find('#vm-progress', form);
  const show = (words, share) => {
    const bar = document.createElement('progress');
    if (share !== undefined) bar.value = share;
    bar.setAttribute('aria-label', 'Upload');
    const line = document.createElement('p');
    line.textContent = words;
    progress.replaceChildren(...(share === null ? [line] : [bar, line]));
  };
  const large = [...files].find((file) => file.size > most * 1e6);
  if (large) { show(`${large.name} is larger than ${most} MB.`, null); return; }
  const data = new FormData();
  for (const file of files) data.append('files', file);
  data.append('stream', 'true');
  const readers = find('[name=readers]', form)?.value;
  if (readers) data.append('readers', readers);
  const request = new XMLHttpRequest();
  let read = 0;
  request.open('POST', '/v1/ingest');
  request.upload.onprogress = (event) => show(`Sending ${files.length} file(s)`, event.loaded / event.total);
  request.onprogress = () => {
    const whole = request.responseText.lastIndexOf('\n\n');
    for (const line of request.responseText.slice(read, whole).split('\n')) {
      if (line.startsWith('data: {')) uploadTold(JSON.parse(line.slice(6)), show);
    }
    read = Math.max(read, whole);
  };
  request.onerror = () => show('The server cannot be reached.', null);
  request.onload = () => {
    if (request.status < 400) return;
    let message = `The server answered ${request.status}.`;
    try { message = JSON.parse(request.responseText).error.message; } catch { /* it was no JSON */ }
    show(message, null);
  };
  request.onloadend = () => { find('#vm-files', form).value = ''; list(); };
  show('Sending', 0);
  request.send(data);
}

function uploadTold({ progress, summary, error }, show) {
  if (error) show(error.message, null);
  else if (progress) {
    const total = progress.chunks_total + progress.files_total;
    show(`Reading ${progress.files_done} of ${progress.files_total}: ${progress.chunks_done} passages ready`,
      total ? (progress.chunks_done + progress.files_done) / total : 0);
  } else if (summary) {
    const failed = summary.failed.map((one) => `${one.path.split('/').pop()}: ${one.reason}`);
    const done = `${summary.documents} document(s) added, ${summary.unchanged + summary.duplicates} known already.`;
    show([done, ...failed].join(' '), null);
  }
}

// ---- theme -------------------------------------------------------------------------------------------------

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function themeSet() {
  body.classList.toggle('dark', isDark());
  find('[data-do=theme]').setAttribute('aria-pressed', String(isDark()));
}

// ---- what is done ------------------------------------------------------------------------------------------

const does = {
  show: ({ talk: id }) => {
    const hash = id ? `#ask/${id}` : '#ask';
    if (location.hash === hash || view().id === id) trigger('show', { talk: id });
    else location.hash = hash;
    body.removeAttribute('data-rail');
    find('#vm-question').focus();
  },
  ask: ({ text }) => ask(text),
  stop: () => trigger('stop', { talk: talk() || 'latest' }),
  forget: ({ talk: id }) => { if (window.confirm('Forget this conversation?')) trigger('forget', { talk: id, current: talk() }); },
  rate: (data) => trigger('rate', { ...data, current: talk() }),
  open: (data, from) => { openPanel(from); trigger('open', data); },
  trace: (data, from) => { openPanel(from); trigger('trace', data); },
  close: closePanel,
  documents: ({ asked, offset }) => list(asked, Number(offset)),
  delete: ({ document: id, name }) => {
    if (window.confirm(`Delete ${name}? Nobody will find it any more.`)) change('DELETE', `/v1/documents/${id}`, null, `${name} is deleted.`);
  },
  rail: () => body.toggleAttribute('data-rail'),
  skip: () => find(`#vm-${view().name}`).focus(),
  theme: () => {
    const wanted = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = wanted;
    try { localStorage.setItem('vm-theme', wanted); } catch { /* it holds for this visit */ }
    themeSet();
  },
  logout: () => call('POST', '/v1/logout').finally(() => location.reload()),
};

const forms = {
  ask: (form, data) => { if (!body.dataset.busy) { ask(data.text); form.reset(); grow(form.elements.text); } },
  search: (form, data) => { if (data.query.trim()) trigger('search', data); },
  rate: (form, data) => { trigger('rate', { trace: form.dataset.trace, rating: form.dataset.rating, current: talk(), ...data }); form.closest('details').open = false; },
  documents: (form, data) => list(data.asked),
};

function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 2, 200)}px`;
}

document.addEventListener('click', (event) => {
  const from = event.target.closest('[data-do]');
  if (!from) return;
  event.preventDefault();
  const { do: name, ...data } = from.dataset;
  does[name]?.(data, from);
});

document.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-form]');
  if (!form) return;
  event.preventDefault();
  forms[form.dataset.form]?.(form, Object.fromEntries(new FormData(form)));
});

document.addEventListener('input', (event) => { if (event.target.id === 'vm-question') grow(event.target); });

document.addEventListener('change', (event) => {
  const { target } = event;
  if (target.id === 'vm-files' && target.files.length) upload(target.form, target.files);
  if (target.dataset.change === 'share') {
    const readers = target.value.split(',');
    change('PATCH', `/v1/documents/${target.dataset.document}`, { readers }, 'Who may read it was changed.');
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    if (body.dataset.panel) closePanel();
    body.removeAttribute('data-rail');
  }
  if (event.target.id === 'vm-question' && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

for (const kind of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.('.vm-upload');
    if (kind !== 'dragleave') event.preventDefault();
    find('.vm-drop')?.classList.toggle('vm-over', kind === 'dragover' && Boolean(zone));
    if (kind === 'drop' && zone && event.dataTransfer.files.length) upload(zone, event.dataTransfer.files);
  });
}

document.addEventListener('vm-new', ({ detail: region }) => {
  if (find('.vm-talk', region)) talkCame(region);
  if (find('.vm-panel', region)) panelCame();
});

addEventListener('hashchange', turnTo);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themeSet);

function begin() {
  if (!find('.vm-panel')) { requestAnimationFrame(begin); return; } // the last region is not there yet
  for (const [name, words] of Object.entries(VIEWS)) {
    const column = find(`#vm-${name}`);
    column.setAttribute('role', 'main');
    column.setAttribute('aria-label', words);
    column.tabIndex = -1;
  }
  find('main.contain')?.setAttribute('role', 'presentation');
  themeSet();
  turnTo();
  trigger('begin');
  trigger('show', { talk: view().id });
  body.dataset.begun = 'yes';
}

begin();
