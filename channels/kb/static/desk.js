// Who works here, and which view the address names.

import { get, key } from './api.js';
import { $, ask, busy, button, el, empty, tell } from './dom.js';
import { edit } from './edit.js';
import { files } from './files.js';
import { gaps } from './gaps.js';
import { list, review } from './list.js';
import { reminders } from './reminders.js';
import { tryView } from './trying.js';

const VIEWS = { articles: list, review, reminders, gaps, try: tryView, files, article: edit, new: edit };

let me = null;
let turn = 0;
let shown = ''; // the address of the view on the screen
let unsaved = () => false; // set by a view that holds what is not saved yet

const context = {
  get me() { return me; },
  guard(check) { unsaved = check; },
  show, // the view of the address once more
};

// "#/article/NAME?unit=…" → ["article", "NAME", {unit}]
function parsed() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, name] = path.split('/');
  return [VIEWS[view] ? view : 'articles', decodeURIComponent(name ?? ''), Object.fromEntries(new URLSearchParams(query))];
}

async function show() {
  const [view, name, query] = parsed();
  const mine = ++turn;
  unsaved = () => false;
  shown = location.hash;
  for (const link of $('tabs').children) {
    const own = link.hash === `#/${view}` || (link.hash === '#/articles' && ['article', 'new'].includes(view));
    if (own) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    if (own) link.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
  $('main').setAttribute('aria-busy', 'true');
  let node;
  try {
    node = await VIEWS[view](context, name, query);
  } catch (error) {
    if (!error.message) throw error;
    node = empty(error.message, button('再试一次', show), ' ', el('a', { href: '#/articles' }, '回到条目'));
  }
  if (mine !== turn || !me) return; // somebody was faster
  $('main').removeAttribute('aria-busy');
  $('main').replaceChildren(node);
  scrollTo(0, 0);
  (node.querySelector('h1') ?? $('main')).focus({ preventScroll: true });
}

async function moved() {
  if (!me || location.hash === shown) return;
  if (unsaved()) {
    const wanted = location.hash;
    history.replaceState(null, '', shown || '#/articles');
    const leave = await ask({ heading: '还没有保存', body: '现在离开，刚才的修改会丢掉。', yes: '不保存，离开', no: '继续编辑' });
    if (!leave) return;
    unsaved = () => false;
    location.hash = wanted;
    return;
  }
  show();
}

function lock(sentence = '') {
  me = null;
  turn += 1;
  unsaved = () => false;
  key.forget();
  $('who').hidden = $('tabs').hidden = true;
  const form = $('login').content.cloneNode(true).querySelector('form');
  const submit = form.querySelector('button');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    $('key-fault').textContent = '';
    busy(submit, async () => {
      key.set($('key').value.trim());
      await enter();
    });
  });
  $('main').removeAttribute('aria-busy');
  $('main').replaceChildren(form);
  $('key-fault').textContent = sentence;
  $('key').focus();
}

async function enter() {
  try {
    me = await get('/me');
  } catch (error) {
    if (error.status !== 401) lock(error.message);
    return;
  }
  $('name').textContent = me.name.replace(/^\*\//, '所有单位/');
  $('who').hidden = $('tabs').hidden = false;
  show();
}

addEventListener('hashchange', moved);
addEventListener('locked', (event) => lock(event.detail ?? ''));
addEventListener('beforeunload', (event) => {
  if (unsaved()) event.preventDefault();
});
$('leave').addEventListener('click', async () => {
  const body = unsaved() ? '刚才的修改还没有保存，退出后会丢掉。' : '下次要重新输入密钥。';
  if (await ask({ heading: '退出？', body, yes: '退出' })) {
    lock();
    tell('已退出。');
  }
});

if (key.get()) enter();
else lock();
