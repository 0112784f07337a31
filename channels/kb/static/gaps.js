// Questions without an answer, grouped by meaning: one click makes a draft of a group.

import { get, post } from './api.js';
import { address, ask, button, el, empty, moment, tell, title } from './dom.js';

export async function gaps(context) {
  const { items } = await get('/gaps');
  const may = context.me.scopes.includes('write');
  return el('section', {},
    el('div', { class: 'head' }, title('没答上的问题'), el('span', { class: 'soft' }, `${items.length} 组`)),
    el('p', { class: 'lead' }, '市民问过、没有答上或者没有解决的问题，意思相近的放在一起，问的人多的在前。'),
    items.length ? null : empty('没有等着处理的问题。'),
    el('ul', { class: 'cards' }, items.map((gap) => card(gap, may))),
  );
}

function card(gap, may) {
  const [first, ...others] = [...new Set(gap.questions.map((question) => question.text))];
  const ids = gap.questions.map((question) => question.id);
  const about = [`${gap.people} 人问过`, `最近 ${moment(gap.last_at)}`, gap.category.join(' / '), gap.unit];
  const node = el('li', { class: 'card' },
    el('h2', {}, first),
    el('p', { class: 'soft' }, about.filter(Boolean).join(' · ')),
    gap.article && el('p', {}, '给过这个条目，没有解决：', el('a', { href: address({ external_id: gap.article, unit: '' }) }, gap.article)),
    others.length > 0 && el('details', {}, el('summary', {}, `还有 ${others.length} 种问法`), el('ul', {}, others.map((text) => el('li', {}, text)))),
    may && el('div', { class: 'buttons' },
      gap.article && [['这一条答得了', 'asked', '以后这样问，更容易找到它。'], ['这一条答不了', 'beyond', '以后这样问，不再给它。']].map(([words, to, then]) => button(words, async () => {
        await post('/gaps/add', { questions: ids, to });
        node.remove();
        tell(`已加进条目，等审核发布。${then}`);
      })),
      button('写成条目', async () => {
        location.hash = address(await post('/gaps/draft', { questions: ids }));
      }, { class: 'solid' }),
      button('不需要写', async () => {
        if (!(await ask({ heading: '放到一边？', body: `“${first}”以后不再列出。`, yes: '不需要写' }))) return;
        await post('/gaps/dismiss', { questions: ids });
        node.remove();
        tell('已放到一边。');
      })),
  );
  return node;
}
