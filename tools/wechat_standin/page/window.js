// The conversation of one citizen: everything that is shown comes from the stand-in's feed.

import { $, el, follow, get, icon, post } from './dom.js';
import { bubble, timeBetween } from './bubbles.js';
import { setUpLog } from './log.js';

const ME = 'standin-openid';
const text = $('text');
const scroll = $('scroll');
let openid = null;
let round = 0; // counts who was sitting here: what belongs to an earlier one is not shown
let last = 0;
let menu = '';
let accountName = '';

function tell(sentence) {
  $('note').textContent = sentence;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { $('note').textContent = ''; }, 6000);
}

async function act(what, body = {}) {
  try {
    return await post(`users/${openid}/${what}`, body);
  } catch (error) {
    tell('没有发出去：' + error.message);
    return null;
  }
}

const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };
const acts = { pick: (content, id) => act('pick', { content, id }), grown: toEnd };

function show(items) {
  for (const item of items) {
    $('talk').append(...timeBetween(last, item.at), ...bubble(item, acts));
    last = item.at;
  }
  if (items.length) toEnd();
}

// Following, typing: whatever the platform says about this citizen.
function fit(now) {
  $('profile').hidden = now.following;
  $('foot').inert = !now.following;
  $('name').textContent = now.typing ? '对方正在输入…' : accountName;
}

// ---- the account's menu ----

function press(button) {
  if (button.type === 'click') act('click', { key: button.key });
  else if (button.type === 'view') {
    act('view', { url: button.url });
    window.open(button.url, '_blank', 'noopener');
  } else tell(`替身不支持“${button.type}”类型的菜单。`);
}

function closeSubs() {
  document.querySelectorAll('.menu .sub').forEach((node) => { node.hidden = true; });
}

function drawMenu(buttons) {
  $('menu').replaceChildren(...buttons.map((button) => {
    const below = button.sub_button ?? [];
    if (!below.length) return el('div', {}, el('button', { type: 'button', onclick: () => press(button) }, button.name));
    const sub = el('div', { class: 'sub', hidden: true },
      ...below.map((one) => el('button', { type: 'button', onclick: () => { closeSubs(); press(one); } }, one.name)));
    const open = () => {
      const shown = !sub.hidden;
      closeSubs();
      sub.hidden = shown;
    };
    return el('div', {}, sub, el('button', { type: 'button', class: 'has-sub', onclick: open }, button.name));
  }));
  $('swap').hidden = !buttons.length;
  // Who has begun to type goes on typing.
  swapTo(buttons.length > 0 && !$('text').value);
}

function swapTo(toMenu) {
  $('menu').hidden = !toMenu;
  $('composer').hidden = toMenu;
  $('swap').querySelector('use').setAttribute('href', toMenu ? '#i-keyboard' : '#i-menu');
  closeTray();
}

async function lookForMenu() {
  const { button } = await get('menu');
  const now = JSON.stringify(button);
  if (now === menu) return;
  menu = now;
  drawMenu(button);
}

// ---- what else a citizen can do ----

// Asks for some values: fields are { name, label, value } or { name, label, tick }. null: cancelled.
function ask(title, fields) {
  $('ask-title').textContent = title;
  $('ask-fields').replaceChildren(...fields.map((field) => (field.tick === undefined
    ? el('label', {}, field.label, el('input', { name: field.name, value: field.value ?? '', required: !field.optional }))
    : el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: field.name, checked: field.tick }), field.label))));
  const dialog = $('ask');
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener('close', () => done(dialog.returnValue === 'yes' ? new FormData($('ask-form')) : null), { once: true });
  });
}

async function sendVoice() {
  const given = await ask('发一段语音', [
    { name: 'words', label: '识别出的文字（留空就是没有识别出来）', value: '我家楼下的路灯坏了', optional: true },
    { name: 'heard', label: '开启语音识别', tick: true },
  ]);
  if (given) act('voice', given.has('heard') ? { recognition: given.get('words') } : {});
}

async function sendPlace() {
  const given = await ask('发送位置', [
    { name: 'label', label: '地点', value: '浙江省丽水市莲都区丽阳街123号' },
    { name: 'latitude', label: '纬度', value: '28.4500' },
    { name: 'longitude', label: '经度', value: '119.9200' },
  ]);
  if (given) act('location', { label: given.get('label'), latitude: Number(given.get('latitude')), longitude: Number(given.get('longitude')) });
}

async function scan() {
  const given = await ask('扫一扫', [{ name: 'scene', label: '二维码的参数', value: 'street-12' }]);
  if (given) act('scan', { scene: given.get('scene') });
}

async function sendLink() {
  const given = await ask('发送链接', [
    { name: 'title', label: '标题', value: '一篇文章' }, { name: 'url', label: '网址', value: 'https://example.com/' },
  ]);
  if (given) act('link', { title: given.get('title'), url: given.get('url') });
}

async function subscribe() {
  const { templates } = await get('templates');
  const offered = templates.filter((template) => template.subscribe);
  if (!offered.length) {
    tell('这个公众号没有可以订阅的通知。');
    return;
  }
  const given = await ask('允许发送通知吗？', offered.map(({ id, title }) => ({ name: id, label: title, tick: true })));
  if (!given) return;
  const accept = offered.map(({ id }) => id).filter((id) => given.has(id));
  act('popup', { accept, reject: offered.map(({ id }) => id).filter((id) => !accept.includes(id)) });
}

const TRAY = [
  ['image', '图片', () => $('file').click()],
  ['voice', '语音', sendVoice],
  ['location', '位置', sendPlace],
  ['video', '视频', () => act('video')],
  ['scan', '扫一扫', scan],
  ['link', '链接', sendLink],
  ['bell', '订阅通知', subscribe],
  ['leave', '取消关注', () => act('unfollow')],
];

function closeTray() {
  $('tray').hidden = true;
  $('more').setAttribute('aria-expanded', 'false');
}

function setUpFoot() {
  $('tray').append(...TRAY.map(([name, label, run]) => el('button', { type: 'button', onclick: () => { closeTray(); run(); } }, icon(name), label)));
  $('more').addEventListener('click', () => {
    const open = $('tray').hidden;
    $('tray').hidden = !open;
    $('more').setAttribute('aria-expanded', String(open));
    toEnd();
  });
  $('swap').addEventListener('click', () => swapTo($('menu').hidden));
  $('file').addEventListener('change', () => {
    const reader = new FileReader();
    reader.addEventListener('load', () => act('image', { data: reader.result.split(',')[1] }));
    if ($('file').files[0]) reader.readAsDataURL($('file').files[0]);
    $('file').value = '';
  });
}

// ---- typing ----

function send() {
  const content = text.value.trim();
  if (!content) return;
  text.value = '';
  text.dispatchEvent(new Event('input'));
  act('text', { content });
}

function setUpInput() {
  text.addEventListener('input', () => {
    text.style.height = 'auto';
    text.style.height = text.scrollHeight + 'px';
    $('send').hidden = !text.value.trim();
    $('more').hidden = !$('send').hidden;
  });
  text.addEventListener('keydown', (event) => {
    // 229: the key belongs to an input method that is still composing
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
}

// ---- who this is ----

async function become(known) {
  const me = await post('users', known ? { openid: known } : {});
  const mine = ++round;
  openid = me.openid;
  localStorage.setItem(ME, openid);
  last = 0;
  $('talk').replaceChildren();
  await lookForMenu();
  fit(me);
  follow(`users/${me.openid}/seen`, (items, found) => {
    if (found.error) {
      tell('替身平台没有回应，或者重新启动了。');
      become(me.openid).catch(() => {});
      return;
    }
    show(items);
    fit(found.state);
    lookForMenu();
  }, () => round !== mine);
}

// The typing state comes and goes without a message.
function watchState() {
  setInterval(async () => {
    const mine = round;
    const now = await get('users/' + openid).catch(() => null);
    if (now && mine === round) fit(now);
  }, 1500);
}

setUpFoot();
setUpInput();
await setUpLog(tell);
accountName = $('name').textContent;
$('follow').addEventListener('click', () => act('follow'));
$('fresh').addEventListener('click', () => become(null));
await become(localStorage.getItem(ME));
watchState();
