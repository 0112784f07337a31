// The articles: filters, pages, and what waits for review.

import { get } from './api.js';
import { STATES, address, badge, el, empty, moment, title } from './dom.js';

const SIZE = 25;

export async function list(context, _, query) {
  const found = await get('/articles', { ...query, size: SIZE });
  const filtered = ['text', 'state', 'category', 'unit', 'due'].some((name) => query[name]);
  return el('section', {},
    el('div', { class: 'head' }, title('条目'), el('span', { class: 'soft' }, `${found.total} 条`),
      context.me.scopes.includes('write') && el('a', { class: 'solid', href: '#/new' }, '写新条目')),
    filters(context.me, query),
    found.items.length
      ? rows(found.items)
      : empty(filtered ? '没有符合条件的条目。' : '还没有条目。可以写一条，或者导入文件。',
        filtered && el('a', { href: '#/articles' }, '清除条件')),
    pages('articles', query, found),
  );
}

export async function review(context, _, query) {
  const found = await get('/articles', { ...query, state: 'in_review', size: SIZE });
  return el('section', {},
    el('div', { class: 'head' }, title('待审核'), el('span', { class: 'soft' }, `${found.total} 条`)),
    found.items.length ? rows(found.items) : empty('没有等着审核的条目。'),
    pages('review', query, found),
  );
}

function filters(me, query) {
  const firsts = [...new Set(me.categories.map((path) => path.split('/')[0]))];
  const groups = firsts.map((first) => el('optgroup', { label: first },
    [first, ...me.categories.filter((path) => path.startsWith(first + '/'))].map((path) =>
      option(path, path === first ? `${first}（全部）` : path.split('/')[1], query.category))));
  const form = el('form', { class: 'filters', role: 'search' },
    el('label', {}, '找', el('input', { type: 'search', name: 'text', value: query.text, maxlength: 100, placeholder: '标题、问法、回答里的字' })),
    el('label', {}, '状态', el('select', { name: 'state' }, option('', '全部', query.state),
      Object.entries(STATES).map(([state, words]) => option(state, words, query.state)))),
    el('label', {}, '分类', el('select', { name: 'category' }, option('', '全部', query.category), groups)),
    !me.unit && el('label', {}, '单位', el('input', { name: 'unit', value: query.unit, list: 'units', placeholder: '全部' }),
      el('datalist', { id: 'units' }, me.units.map((unit) => el('option', { value: unit })))),
    el('label', { class: 'check' }, el('input', { type: 'checkbox', name: 'due', value: 'true', checked: query.due === 'true' }), '只看该复核的'),
    el('button', { class: 'plain' }, '查找'),
  );
  const go = (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([, value]) => value.trim());
    location.hash = '#/articles' + (given.length ? '?' + new URLSearchParams(given) : '');
  };
  form.addEventListener('submit', go);
  for (const field of form.querySelectorAll('select, [type=checkbox]')) field.addEventListener('change', go);
  return form;
}

const option = (value, words, chosen) => el('option', { value, selected: value === (chosen ?? '') }, words);

export function rows(items, extra = () => null) {
  return el('ul', { class: 'rows' }, items.map((item) => el('li', {},
    el('a', { class: 'row', href: address(item) },
      el('b', {}, item.title || '（还没有标题）'),
      el('span', { class: 'soft' }, [item.category.join(' / '), item.unit, item.external_id].filter(Boolean).join(' · ')),
      el('span', { class: 'marks' }, badge(item.state), extra(item),
        item.published && item.state !== 'published' && el('span', { class: 'soft' }, `市民看到第 ${item.published} 版`),
        el('time', { class: 'soft' }, `改于 ${moment(item.updated_at)}`)),
    ))));
}

function pages(view, query, { total, page, size }) {
  const last = Math.ceil(total / size);
  if (last < 2) return null;
  const to = (number, words) => {
    const there = number >= 1 && number <= last;
    return el(there ? 'a' : 'span', { class: 'plain', href: there && `#/${view}?${new URLSearchParams({ ...query, page: number })}`, 'aria-disabled': !there && 'true' }, words);
  };
  return el('nav', { class: 'pages', 'aria-label': '翻页' }, to(page - 1, '上一页'), el('span', {}, `第 ${page} / ${last} 页`), to(page + 1, '下一页'));
}
