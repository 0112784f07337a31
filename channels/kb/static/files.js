// Articles as files: out, and in again, with a line for each that is to be mended.

import { download, upload } from './api.js';
import { STATES, busy, button, el, title } from './dom.js';

export async function files(context) {
  return el('section', {},
    el('div', { class: 'head' }, title('导入导出')),
    el('div', { class: 'two' }, exporting(), context.me.scopes.includes('write') && importing(context.me)),
  );
}

function exporting() {
  const kind = el('select', { id: 'kind' }, el('option', { value: 'xlsx' }, 'Excel（.xlsx）'), el('option', { value: 'csv' }, 'CSV（.csv）'), el('option', { value: 'md' }, 'Markdown（.md）'));
  const state = el('select', { id: 'which' }, el('option', { value: '' }, '全部，各取最新一版'), Object.entries(STATES).map(([value, words]) => el('option', { value }, words)));
  return el('div', { class: 'card' },
    el('h2', {}, '导出'),
    el('label', {}, '哪些条目', state),
    el('label', {}, '什么文件', kind),
    el('p', { class: 'soft' }, '改好以后可以原样导入。“已发布”导出市民现在看到的内容。'),
    button('下载', () => download('/export', { format: kind.value, state: state.value }), { class: 'solid' }),
  );
}

function importing(me) {
  const file = el('input', { type: 'file', name: 'file', accept: '.csv,.xlsx,.md', required: true });
  const publish = me.scopes.includes('publish') && me.alone && el('input', { type: 'checkbox' });
  const result = el('div', { class: 'result', 'aria-live': 'polite' });
  const form = el('form', { class: 'card' },
    el('h2', {}, '导入'),
    el('label', {}, '文件（.xlsx、.csv 或 .md，最多 5 MB）', file),
    publish && el('label', { class: 'check' }, publish, '导入后马上发布'),
    el('p', { class: 'soft' }, '每条单独处理：有问题的会列出来，不影响别的。中途断了，再导一次就行，已经导入的会跳过。'),
    el('div', { class: 'buttons' },
      el('button', { class: 'plain', value: 'dry' }, '只检查，不保存'),
      el('button', { class: 'solid', value: 'real' }, '导入')),
    result,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const dry = event.submitter.value === 'dry';
    busy(event.submitter, () => take(file.files[0], { dry_run: dry, publish: Boolean(publish && publish.checked) }, result));
  });
  return form;
}

async function take(file, values, result) {
  const progress = el('progress', { max: 1, value: 0, 'aria-label': '进度' });
  const faults = el('ul', { class: 'faults' });
  const sum = el('p', {});
  let done = 0;
  let changed = 0;
  result.replaceChildren(progress, sum, faults);
  try {
    await upload('/import', values, file, (line) => {
      if ('total' in line) {
        progress.max = line.total;
      } else if ('kept' in line) {
        const verb = values.dry_run ? '可以导入' : '已导入';
        sum.textContent = `${verb} ${changed} 条，没有变化 ${line.kept - changed} 条，需要修改 ${line.refused} 条。`;
      } else {
        progress.value = ++done;
        changed += line.ok && line.changed;
        if (!line.ok) faults.append(el('li', {}, line.message));
      }
    });
  } catch (error) {
    sum.textContent = done ? `第 ${done} 条以后断了：${error.message}` : error.message;
  }
  progress.remove();
  if (!sum.textContent) sum.textContent = `处理了 ${done} 条就断了，请再导一次，已经导入的会跳过。`;
}
