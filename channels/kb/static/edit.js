// One article: its form, the bubble as citizens see it, what is to be mended, and saving it.

import { ApiError, article, get, post, send } from './api.js';
import { address, ask, badge, button, changes, el, empty, tell, title } from './dom.js';
import { articleFields } from './fields.js';
import { steps } from './steps.js';
import { tryForm } from './trying.js';

const PAUSE = 350; // milliseconds without a key before the draft is looked at

export async function edit(context, name, query) {
  const { me } = context;
  const known = name ? await get(article(name), { unit: query.unit }) : null;
  const may = me.scopes.includes('write');
  if (!known && !may) return empty('这个密钥不能编写条目。');
  const fields = articleFields(me, known?.content ?? { unit: me.unit, reviewed_on: new Date().toLocaleDateString('sv') }, !may);
  const view = { context, me, known, fields, preview: preview(), rest: el('ul', { class: 'faults' }) };
  view.id = !known && el('input', { id: 'f-id', value: suggested(), maxlength: 64, autocomplete: 'off' });
  view.note = el('input', { id: 'f-note', maxlength: 500, autocomplete: 'off', placeholder: '改了什么，给审核的人看' });
  let saved = now(view);
  context.guard(() => may && now(view) !== saved);
  view.clean = () => { saved = now(view); };
  view.dirty = () => now(view) !== saved;

  const form = el('form', { class: 'article', novalidate: true },
    el('div', { class: 'head' }, title(known ? known.title || '（还没有标题）' : '写新条目'),
      known && badge(known.state), known && el('span', { class: 'soft' }, `第 ${known.newest} 版 · ${known.external_id}`)),
    known?.version.decision && known.state === 'draft' && el('p', { class: 'warn' }, `${known.version.decided_by} 退回：${known.version.decision}`),
    view.id && el('fieldset', {}, el('div', { class: 'field' }, el('label', { for: 'f-id' }, '编号'), el('span', { class: 'hint' }, '您单位自己的编号，保存后不能改'), view.id)),
    fields.nodes,
    may && el('fieldset', {}, el('div', { class: 'field' }, el('label', { for: 'f-note' }, '修改说明'), view.note), view.rest),
    may && saving(view),
  );
  look(view, form);
  form.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      form.querySelector('[value=draft]')?.click();
    }
  });
  return el('div', { class: 'edit' }, form, el('div', { class: 'beside' },
    view.preview.node,
    known && known.diff?.length > 0 && el('section', { class: 'card' }, el('h2', {}, '和市民现在看到的不同'), changes(known.diff)),
    known && steps(view),
    known && el('section', { class: 'card' }, el('h2', {}, '试一种问法'), tryForm(me, known.id)),
  ));
}

const now = (view) => JSON.stringify([view.fields.read(), view.note.value]);
const suggested = () => `a-${Date.now().toString(36)}`;

// The bubble, in Chinese and in English, with what hangs below it in the talk.
function preview() {
  const words = { chinese: el('p', { class: 'words' }), english: el('p', { class: 'words', lang: 'en' }) };
  const source = el('p', { class: 'source' });
  const foreign = el('details', {}, el('summary', {}, '用英文提问时'), el('div', { class: 'bubble' }, words.english));
  return {
    node: el('section', { class: 'card phone', 'aria-label': '预览' },
      el('h2', {}, '市民看到的'),
      el('div', { class: 'bubble' }, words.chinese, el('p', {}, '这样说清楚了吗？')), source,
      el('div', { class: 'chips', 'aria-hidden': 'true' }, ['解决了', '没解决', '转人工'].map((one) => el('span', {}, one))),
      foreign),
    show(bubble, content) {
      words.chinese.textContent = bubble.chinese || '（写了回答，这里就能看到）';
      words.english.textContent = bubble.english;
      foreign.hidden = !content.english;
      const parts = [content.title, content.unit, content.reviewed_on && `更新于 ${content.reviewed_on}`];
      source.textContent = '来源：' + parts.filter(Boolean).join(' · ');
    },
  };
}

// Looks at the draft whenever the typing pauses; an answer that was overtaken is dropped.
function look(view, form) {
  let timer;
  let turn = 0;
  const check = async () => {
    const mine = ++turn;
    const content = view.fields.read();
    try {
      const { faults, bubble } = await post('/check', content);
      if (mine !== turn) return;
      view.preview.show(bubble, content);
      view.fields.mark(faults);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the next key tries again
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  check();
}

function saving(view) {
  return el('div', { class: 'buttons bar-foot' },
    button('看预览', () => view.preview.node.scrollIntoView(), { class: 'plain to-preview' }),
    button('存草稿', () => save(view, true), { value: 'draft' }),
    button('保存并提交审核', () => save(view, false), { class: 'solid' }),
  );
}

async function save(view, draft, seen = view.known?.newest) {
  const content = view.fields.read();
  const name = view.known ? view.known.external_id : view.id.value.trim();
  if (!name) {
    view.id.focus();
    throw new Error('请写编号。');
  }
  const unit = view.known ? view.known.unit : content.unit;
  const condition = seen ? { 'If-Match': `"${seen}"` } : { 'If-None-Match': '*' };
  let done;
  try {
    done = await send('PUT', article(name), { unit, draft, note: view.note.value.trim() }, content, condition);
  } catch (error) {
    if (error.code === 'conflict') {
      await conflict(view, draft, error.data);
      return;
    }
    if (!error.data?.faults) throw error;
    const rest = view.fields.markAll(error.data.faults);
    view.rest.replaceChildren(...rest.map((sentence) => el('li', {}, sentence)));
    throw new Error(`没有保存：还有 ${error.data.faults.length} 处要改。`);
  }
  view.clean();
  tell(done.changed ? `已保存第 ${done.newest} 版，${done.state === 'draft' ? '还是草稿' : '等待审核'}。` : '和最新一版一样，没有变化。');
  const there = address(done);
  if (location.hash === there) view.context.show();
  else location.hash = there;
}

// Somebody else was faster: both sides are shown, and nothing is lost.
async function conflict(view, draft, data) {
  if (!view.known) throw new Error('已经有这个编号的条目，请换一个编号。');
  const body = [
    '您打开以后，别人已经保存了新的一版。划掉的是他们写的，加上的是您写的：',
    changes(data.diff.length ? data.diff : [{ label: '内容', parts: [['same', '两边一样']] }]),
  ];
  if (await ask({ heading: '别人刚刚改过', body, yes: '保存我的', no: '先不保存' })) await save(view, draft, data.newest);
}
