// Elements from data, and how the page speaks. Text only ever goes in as text, never as HTML.

export const $ = (id) => document.getElementById(id);

// el('p', { class: 'x', onclick: f }, 'text', node, null)
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const STATES = {
  draft: '草稿', in_review: '待审核', published: '已发布', withdrawn: '已撤回', expired: '已失效',
};
export const badge = (state) => el('span', { class: `badge ${state}` }, STATES[state]);

export const moment = (text) => (text ? text.slice(0, 16).replace('T', ' ') : '');

export const address = (item) => `#/article/${encodeURIComponent(item.external_id)}?unit=${encodeURIComponent(item.unit)}`;

export const title = (text) => el('h1', { tabindex: '-1' }, text);

export const empty = (text, ...more) => el('div', { class: 'empty' }, el('p', {}, text), ...more);

// A short sentence at the foot of the page; it goes by itself.
let timer;
export function tell(text) {
  clearTimeout(timer);
  $('toast').textContent = text;
  timer = setTimeout(() => { $('toast').textContent = ''; }, 8000);
}

// Asks in a dialog; resolves to false, or to true, or to the reason where one is wanted.
export function ask({ heading, body = [], yes = '确定', no = '取消', reason = null }) {
  const box = $('ask');
  const field = reason && el('textarea', { id: 'reason', rows: 3, required: reason.required, maxlength: 500 });
  $('ask-title').textContent = heading;
  $('ask-body').replaceChildren(
    ...[body].flat().map((part) => (typeof part === 'string' ? el('p', {}, part) : part)),
    ...(field ? [el('label', { for: 'reason' }, reason.label), field] : []),
  );
  $('ask-yes').textContent = yes;
  $('ask-no').textContent = no;
  box.returnValue = 'no';
  box.showModal();
  (field || $('ask-yes')).focus();
  return new Promise((answer) => {
    box.addEventListener('close', () => {
      const agreed = box.returnValue === 'yes';
      answer(agreed && field ? { note: field.value.trim() } : agreed);
    }, { once: true });
  });
}

// Pieces that stayed, went and came.
export function changes(diff) {
  const mark = { same: 'span', out: 'del', in: 'ins' };
  return el('dl', { class: 'diff' }, diff.flatMap((change) => [
    el('dt', {}, change.label),
    el('dd', {}, change.parts.map(([kind, text]) => el(mark[kind], {}, text))),
  ]));
}

// Runs what a button does, once at a time, and says what went wrong.
export function button(text, work, props = {}) {
  const node = el('button', { type: 'button', class: 'plain', ...props }, text);
  node.addEventListener('click', () => busy(node, work));
  return node;
}

export async function busy(node, work) {
  if (node.disabled) return;
  node.disabled = true;
  try {
    await work();
  } catch (error) {
    if (!error.message) throw error;
    tell(error.message);
  } finally {
    node.disabled = false;
  }
}
