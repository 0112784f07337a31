// What is out of date, ends soon, or was not looked at for a year.

import { get } from './api.js';
import { el, empty, title } from './dom.js';
import { rows } from './list.js';

const WHY = {
  expired: (item) => `${item.valid_to} 已经失效，市民看不到了`,
  expires: (item) => `${item.valid_to} 就要失效`,
  review: (item) => `上次复核是 ${item.reviewed_on}，超过一年了`,
};

export async function reminders() {
  const { units } = await get('/reminders');
  return el('section', {},
    el('div', { class: 'head' }, title('到期提醒')),
    el('p', { class: 'lead' }, '内容还对，就打开条目点“复核”；已经失效的，先改失效日期；不对，就改；用不着了，就撤回。'),
    units.length ? null : empty('都在有效期内，也都复核过。'),
    units.map(({ unit, items }) => [
      el('h2', {}, unit),
      rows(items, (item) => el('span', { class: 'warn' }, WHY[item.why](item))),
    ]),
  );
}
