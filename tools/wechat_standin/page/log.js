// What travels between platform and account, one line each, with everything inside.

import { $, clock, el, follow, get, post } from './dom.js';

const KEEP = 300; // lines on the page
const MODES = { plain: '明文模式', compatible: '兼容模式', encrypted: '安全模式' };
const FAULTS = { late: '超时', unreachable: '连不上', http_status: '状态码不对', lost: '回复丢失' };

function pretty(text) {
  if (!text) return '';
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.replace(/(^<xml>|<\/[^>]+>)(?=<)/g, '$1\n');
  }
}

// A few words of what is inside, so that a line can be told from the next.
function gist(item) {
  if (item.kind === 'push') return /<(?:Content|Recognition|Label|EventKey)><!\[CDATA\[(.*?)\]\]>/s.exec(item.plain)?.[1] ?? '';
  try {
    const { msgtype, text, msgmenu, template_id: template, command } = JSON.parse(item.request);
    return text?.content ?? msgmenu?.head_content ?? template ?? command ?? msgtype ?? '';
  } catch {
    return '';
  }
}

const part = (title, text) => (text ? [el('h4', {}, title), el('pre', {}, pretty(text))] : []);

const LINES = {
  push: (item) => ['推送 →', `${item.what}${item.try > 1 ? `（第 ${item.try} 次）` : ''}`, FAULTS[item.fault] ?? item.status, Boolean(item.fault)],
  call: (item) => ['← 调用', item.url, item.code, !['0', 'binary'].includes(item.code)],
  verify: (item) => ['验证 →', item.url, item.status, item.status !== 200],
  violation: (item) => ['违规', item.detail, item.code, true],
};

function line(item) {
  const [kind, what, result, wrong] = LINES[item.kind](item);
  return el('li', {}, el('details', {},
    el('summary', {},
      el('time', {}, clock(item.at, true)),
      el('span', { class: item.kind }, kind),
      el('span', { class: item.kind === 'violation' && 'violation' }, what, el('i', {}, gist(item))),
      el('span', { class: wrong && 'wrong' }, String(result ?? '')),
    ),
    ...part('地址', item.kind !== 'call' && item.url),
    ...part('消息（解密后）', item.plain),
    ...part('发出', item.request !== item.plain && item.request),
    ...part('收到', item.response),
    ...part('回复（解密后）', item.answer !== item.response && item.answer)));
}

export async function setUpLog(tell) {
  const list = $('log');
  const facts = async () => {
    const account = await get('account');
    $('name').textContent = $('profile-name').textContent = account.name;
    $('facts').textContent = `${account.url} · ${MODES[account.mode]} · 等待 ${account.patience} 秒`;
  };
  $('verify').addEventListener('click', async () => {
    const { ok } = await post('verify');
    tell(ok ? '服务器验证通过。' : '服务器验证没有通过，请看收发记录。');
  });
  for (const button of document.querySelectorAll('[data-skip]')) {
    button.addEventListener('click', async () => {
      await post('clock', { advance: Number(button.dataset.skip) });
      tell(`平台时间已${button.textContent}。`);
    });
  }
  $('busy').addEventListener('click', async () => {
    await post('faults', { path: '*', errcode: -1 });
    tell('公众号的下一次调用会得到“系统繁忙”。');
  });
  await facts();
  follow('log', (items) => {
    const end = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(...items.map(line));
    while (list.children.length > KEEP) list.firstChild.remove();
    if (end) list.scrollTop = list.scrollHeight;
  });
}
