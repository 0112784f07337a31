// Asks as a citizen would, and shows why an article was or was not found.

import { post } from './api.js';
import { busy, el, title } from './dom.js';

export async function tryView(context) {
  return el('section', {},
    el('div', { class: 'head' }, title('试一个问题')),
    el('p', { class: 'lead' }, '像市民那样问一句，看看会答什么、为什么。只找已经发布的条目。'),
    el('div', { class: 'card' }, tryForm(context.me)),
  );
}

// With an article's id: also why that one was or was not found.
export function tryForm(me, article = null) {
  if (!me.language) return el('p', { class: 'soft' }, '这台服务器没有装语言模型，不能试，请联系管理员。');
  const result = el('div', { class: 'tried', 'aria-live': 'polite' });
  const submit = el('button', { class: 'plain' }, '试一试');
  const form = el('form', { class: 'one' },
    el('label', {}, '问题', el('input', { name: 'question', required: true, maxlength: 200, placeholder: '例如：小区路灯不亮找谁' })), submit);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(submit, async () => {
      const question = new FormData(form).get('question').trim();
      if (question) result.replaceChildren(...shown(await post('/try', { question, ...(article && { article }) }), article));
    });
  });
  return el('div', {}, form, result);
}

function shown(tried, article) {
  const asked = tried.hits.filter((hit) => hit.choice).length;
  const verdict = tried.answerable
    ? '会直接回答第一个条目。'
    : asked ? `会反问市民：是不是这 ${asked} 个里的一个？` : '会说不知道，并把问题记下来。';
  return [
    el('p', { class: 'verdict' }, el('b', {}, verdict)),
    tried.wanted && el('p', { class: 'warn' }, tried.wanted),
    el('ol', { class: 'hits' }, tried.hits.map((hit, place) => el('li', { class: hit.id === article ? 'own' : null },
      el('a', { href: `#/article/${encodeURIComponent(hit.id)}` }, hit.title),
      bar('总分', hit.score),
      hit.parts && el('details', { open: place === 0 }, el('summary', {}, '为什么'),
        bar('相同的字词', hit.parts.words), bar('最近的问法', hit.parts.question), bar('回答的内容', hit.parts.text),
        hit.parts.phrasing && el('p', { class: 'soft' }, `最近的问法：${hit.parts.phrasing}`),
        hit.parts.beyond && el('p', { class: 'soft' }, `更像这一条答不了的问题：${hit.parts.beyond}`)),
    ))),
  ].filter(Boolean);
}

const bar = (words, value) => el('label', { class: 'bar' }, words, el('meter', { min: 0, max: 1, value }), el('span', {}, value.toFixed(2)));
