// Review: from draft to citizen and back, and the versions with what each changed.

import { article, get, post } from './api.js';
import { ask, badge, button, changes, el, moment, tell } from './dom.js';

export function steps(view) {
  const { known } = view;
  const path = article(known.external_id);
  const unit = { unit: known.unit };

  async function step(name, body, done) {
    if (view.dirty()) throw new Error('有没保存的修改，请先保存。');
    await post(`${path}/${name}`, body, unit);
    tell(done);
    view.context.show();
  }

  return el('section', { class: 'card' },
    el('h2', {}, '审核和版本'),
    el('p', { class: 'soft' }, published(known)),
    el('div', { class: 'buttons' }, actions(view, step)),
    versions(view, path, unit, step),
  );
}

function published(known) {
  if (!known.published) return '市民还看不到这个条目。';
  const over = known.valid_to && known.valid_to < new Date().toLocaleDateString('sv');
  const which = known.published === known.newest ? '这一版' : `第 ${known.published} 版`;
  return over ? `${known.valid_to} 已经失效，市民看不到了。` : `市民看到的是${which}，复核于 ${known.reviewed_on}。`;
}

function actions({ me, known }, step) {
  const may = (scope) => me.scopes.includes(scope);
  const version = known.newest;
  const found = [];
  if (known.state === 'in_review' && may('publish')) {
    const own = known.version.author === me.name && !me.alone;
    found.push(own
      ? el('p', { class: 'soft' }, '自己写的，要由另一个人审核后发布。')
      : button('发布', () => step('publish', { version }, '已发布，两秒内生效。'), { class: 'solid' }));
    found.push(button('退回', async () => {
      const reason = await ask({ heading: '退回给作者', reason: { label: '要改什么', required: true }, yes: '退回' });
      if (reason) await step('return', { version, note: reason.note }, '已退回。');
    }));
  }
  if (known.published === version && may('publish')) {
    found.push(button('复核：内容仍然正确', () => step('confirm', { version }, '已复核，日期改为今天。')));
  }
  if (known.state !== 'withdrawn' && may(known.published ? 'publish' : 'write')) {
    const heading = known.published ? '撤回？市民马上就看不到了' : '丢掉这个草稿？';
    found.push(button(known.published ? '撤回' : '丢掉', async () => {
      const reason = await ask({ heading, reason: { label: '原因', required: true }, yes: '确定' });
      if (reason) await step('withdraw', { note: reason.note }, '已撤回，以前的版本都还在。');
    }, { class: 'plain danger' }));
  }
  return found;
}

function versions(view, path, unit, step) {
  const list = el('ol', { class: 'versions' });
  const node = el('details', {}, el('summary', {}, `全部 ${view.known.newest} 个版本`), list);
  node.addEventListener('toggle', async () => {
    if (!node.open || list.childElementCount) return;
    try {
      const found = await get(`${path}/versions`, unit);
      list.replaceChildren(...found.versions.map((one) => version(view, path, unit, step, one, found.published)));
    } catch (error) {
      tell(error.message);
      node.open = false;
    }
  });
  return node;
}

function version(view, path, unit, step, one, published) {
  const place = el('div');
  const newest = view.known.newest;
  const restore = view.me.scopes.includes('write') && one.number !== newest && button('恢复到这一版', async () => {
    const body = '会存成新的一版，等待审核；别的版本都还在。';
    if (await ask({ heading: `恢复到第 ${one.number} 版？`, body, yes: '恢复' })) {
      await step('undo', { version: one.number, newest }, `已恢复到第 ${one.number} 版，等待审核。`);
    }
  });
  return el('li', {},
    el('p', {}, el('b', {}, `第 ${one.number} 版`), ' ', badge(one.state), one.number === published && one.state !== 'published' && ' 市民看到的'),
    el('p', { class: 'soft' }, `${one.author} · ${moment(one.created_at)}`),
    one.note && el('p', {}, one.note),
    one.decided_by && el('p', { class: 'soft' }, `${one.decided_by} · ${moment(one.decided_at)}${one.decision ? `：${one.decision}` : ''}`),
    el('div', { class: 'buttons' },
      button('看改动', async () => {
        const { diff } = await get(`${path}/versions/${one.number}`, unit);
        place.replaceChildren(diff.length ? changes(diff) : el('p', { class: 'soft' }, '内容没有变化。'));
      }),
      restore),
    place);
}
