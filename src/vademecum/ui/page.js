// The page's script: turns clicks, forms and keys into events of the server, and looks after view, panel,
// focus and theme. It makes no HTML: what people, files and documents say comes as text or from the server.
// Gradio looks for the events' names here: "begin" "show" "open" "trace" "yours" "search" "documents"
// It is run with `element` (the bar) and `trigger(name, data)`.

const find = (selector, within = document) => within.querySelector(selector);
const body = document.body;
const VIEWS = { ask: 'Ask', search: 'Search', sources: 'Sources' };
let opener = null; // what opened the panel; it gets the focus back
let asking = null; // stops the answer that is being written
let seen = null; // the documents as last listed

const talk = () => find('.vm-talk')?.dataset.talk ?? '';
const say = (words) => { find('#vm-live').textContent = words; };
const tell = (words) => { find('#vm-notice').textContent = words; setTimeout(() => { find('#vm-notice').textContent = ''; }, 8000); };

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

function relist() {
  list(seen.asked, seen.offset);
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
  (find('.vm-panel .vm-box') ?? find('.vm-panel mark'))?.scrollIntoView({ block: 'center', inline: 'center' });
}

// ---- conversation ------------------------------------------------------------------------------------------

async function ask(text) {
  if (!text.trim() || asking) return;
  asking = new AbortController();
  body.dataset.busy = 'yes';
  let id = talk();
  const said = newTurn(text.trim());
  try {
    for await (const told of events('/v1/conversations', { text, conversation: id, stream: true })) {
      if (told.error) throw new Error(told.error.message);
      if (told.turn) id = told.turn.conversation;
      if (told.text) {
        said.classList.remove('vm-dots');
        said.textContent += told.text.replace(/\s*\[\d+\]/g, '');
        say(told.text);
      }
    }
    settle(id);
  } catch (error) {
    if (asking.signal.aborted) { settle(id || 'latest'); return; }
    said.className = 'vm-error';
    said.textContent = error.message;
    say(error.message);
    settled();
  }
}

function settle(id) {
  trigger('show', { talk: id });
  setTimeout(settled, 10000); // should it never come
}

function settled() {
  asking = null;
  delete body.dataset.busy;
}

function newTurn(text) {
  const [turn, asked, said] = ['article', 'h2', 'p'].map((name) => document.createElement(name));
  turn.className = 'vm-turn';
  asked.className = 'vm-asked';
  asked.textContent = text;
  said.className = 'vm-said vm-dots';
  turn.append(asked, said);
  find('.vm-talk .vm-empty')?.remove();
  find('.vm-talk').append(turn);
  turn.scrollIntoView({ block: 'start' });
  return said;
}

function talkCame(region) {
  settled();
  const hash = talk() ? `#ask/${talk()}` : '#ask';
  if (view().name === 'ask' && location.hash !== hash) history.replaceState(null, '', hash);
  find('.vm-turn:last-child', region)?.scrollIntoView({ block: 'start' });
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

async function* events(path, content) {
  const reply = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(content),
    signal: asking.signal,
  });
  if (!reply.ok) throw new Error((await reply.json()).error?.message ?? `The server answered ${reply.status}.`);
  let rest = '';
  for await (const piece of pieces(reply.body.pipeThrough(new TextDecoderStream()).getReader())) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: {')) yield JSON.parse(line.slice(6));
  }
}

async function* pieces(reader) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function change(method, path, content, then) {
  call(method, path, content).catch((error) => tell(error.message)).finally(then);
}

function rate(trace, rating, correction) {
  const given = { trace_id: trace, rating: Number(rating), correction };
  change('POST', '/v1/feedback', given, () => trigger('show', { talk: talk() }));
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
  stop: () => asking?.abort(),
  forget: ({ talk: id }) => {
    if (!window.confirm('Forget this conversation?')) return;
    change('DELETE', `/v1/conversations/${id}`, null, () => trigger('show', { talk: id === talk() ? '' : talk() }));
  },
  rate: ({ trace, rating, correction }) => rate(trace, rating, correction),
  open: (data, from) => { openPanel(from); trigger('open', data); },
  trace: (data, from) => { openPanel(from); trigger('trace', data); },
  yours: (data, from) => { openPanel(from); trigger('yours'); },
  unlearn: ({ fact }) => change('DELETE', `/v1/memory/${fact}`, null, () => trigger('yours')),
  close: closePanel,
  documents: ({ asked, offset }) => list(asked, Number(offset)),
  delete: ({ document: id, name }) => {
    if (window.confirm(`Delete ${name}? Nobody will find it any more.`)) change('DELETE', `/v1/documents/${id}`, null, relist);
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
  ask: (form, data) => { if (!asking) { ask(data.text); form.reset(); grow(form.elements.text); } },
  search: (form, data) => { if (data.query.trim()) trigger('search', data); },
  rate: (form, data) => {
    rate(form.dataset.trace, form.dataset.rating, data.correction);
    form.closest('details').open = false;
  },
  documents: (form, data) => list(data.asked),
  fact: (form, data) => change('PATCH', `/v1/memory/${form.dataset.fact}`, data, () => trigger('yours')),
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
  if (target.dataset.change === 'prefer') change('PUT', `/v1/preferences/${target.name}`, { value: target.value });
  if (target.dataset.change === 'share') {
    const readers = target.value.split(',');
    change('PATCH', `/v1/documents/${target.dataset.document}`, { readers }, relist);
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
