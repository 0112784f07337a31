// Turns data into elements, and keeps the record of the talk. Text only ever goes in as text, never as HTML.

import { newId, store } from './api.js';
import { words } from './words.js';

const KEEP = 100; // bubbles that this device remembers

const URGENT = ['110', '119', '120', '122'];

// el('p', { class: 'x', onclick: f }, 'text', node, null)
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', '#i-' + name);
  svg.append(use);
  return svg;
}

// Whatever is not a telephone number or a web address must not become a link (javascript:, data:…).
export function safeLink(url) {
  const text = String(url ?? '').trim();
  if (!text) return null;
  const number = text.replace(/^tel:/i, '').replace(/[\s-]/g, '');
  if (/^\+?\d{3,15}$/.test(number)) return { href: 'tel:' + number, number };
  try {
    const target = new URL(text, location.origin);
    if (['http:', 'https:'].includes(target.protocol)) return { href: target.href };
  } catch { /* not an address */ }
  return null;
}

function linkNode({ title, url }) {
  const target = safeLink(url);
  if (!target) return title ? el('p', { class: 'dead-link' }, title) : null;
  if (target.number) {
    // "拨打119" and "火警" both become: big number, small words.
    const what = (title ?? '').replace(/\+?\d[\d\s-]{1,}\d/, '').replace(/^\s*(拨打|打)?\s*[·:：-]?\s*/, '').trim();
    const urgent = URGENT.includes(target.number);
    return el('a', { class: urgent ? 'call urgent' : 'call', href: target.href, 'aria-label': words('page.chat.call', { number: target.number, what }).trim() },
      icon('phone'), el('b', {}, target.number), el('span', {}, what || words('page.chat.tap_to_call')));
  }
  return el('a', { class: 'link', href: target.href, target: '_blank', rel: 'noopener noreferrer' },
    el('span', {}, title || target.href), icon('open'), el('span', { class: 'sr' }, words('page.chat.new_window')));
}

function day(text) {
  const [year, month, date] = String(text ?? '').slice(0, 10).split('-').map(Number);
  return date ? words('page.chat.day', { year, month, date }) : '';
}

function sourceLine({ title, unit, updated }) {
  const parts = [title, unit, day(updated) && words('page.chat.updated', { day: day(updated) })];
  return words('page.chat.source', { parts: parts.filter(Boolean).join(' · ') });
}

// One bubble with all that hangs below it. act: { press(record, button), again(record) }
function bubble(record, act) {
  const links = (record.links ?? []).map(linkNode).filter(Boolean);
  const urgent = links.filter((link) => link.matches('.urgent'));
  const calls = links.filter((link) => link.matches('.call:not(.urgent)'));
  const others = links.filter((link) => !link.matches('.call'));
  const node = el('li', { class: 'row ' + record.who, id: 'r-' + record.key });
  const body = el('div', { class: record.thumb ? 'bubble picture' : 'bubble' });
  const speaker = words(`page.chat.speaker.${record.who}`);
  if (speaker) body.append(el('span', { class: 'sr' }, speaker));
  if (urgent.length) node.append(el('div', { class: 'calls' }, ...urgent)); // first: nobody reads on when it burns
  if (record.who === 'agent') node.append(el('p', { class: 'speaker', 'aria-hidden': 'true' }, words('page.chat.agent')));
  if (record.thumb) body.append(el('img', { src: record.thumb, alt: words('page.chat.photo', { file: record.file }) }));
  else if (record.file) body.append(el('span', { class: 'file' }, icon('file'), el('span', {}, record.file)));
  if (record.text) body.append(el('span', { class: 'words' }, record.text));
  if (others.length) body.append(el('div', { class: 'links' }, ...others));
  if (body.childElementCount > (speaker ? 1 : 0)) node.append(body);
  if (calls.length) node.append(el('div', { class: 'calls' }, ...calls));
  if (record.source) node.append(el('p', { class: 'source' }, sourceLine(record.source)));
  refresh(node, record, act);
  return node;
}

// What may change later: the buttons of a bot's bubble, the fate of the citizen's own.
function refresh(node, record, act) {
  node.querySelector('.chips')?.remove();
  node.querySelector('.fate')?.remove();
  if (record.live && record.buttons?.length) {
    node.append(el('div', { class: 'chips', role: 'group', 'aria-label': words('page.chat.choices') },
      ...record.buttons.map((button) => el('button', {
        type: 'button', class: 'chip', onclick: (event) => act.press(record, button, event),
      }, button.title))));
  }
  const fate = words(`page.chat.fate.${record.fate}`);
  if (record.fate === 'uploading') {
    node.append(el('div', { class: 'fate' }, words('page.chat.uploading'),
      el('progress', { max: 1, value: 0, 'aria-label': words('page.chat.progress') })));
  } else if (fate) {
    const bad = ['failed', 'refused'].includes(record.fate);
    const retry = bad && !record.final && el('button', {
      type: 'button', class: 'again', onclick: () => act.again(record),
    }, record.file ? words('page.chat.upload_again') : words('page.chat.send_again'));
    node.append(el('div', { class: 'fate' + (bad ? ' bad' : '') }, fate, retry || null));
  }
}

function term(name, value) {
  return value ? [el('dt', {}, name), el('dd', {}, value)] : [];
}

// What has happened so far, for whoever wants to see it.
function passage(steps) {
  return steps.length < 2 ? null : el('details', { class: 'passage' }, el('summary', {}, words('page.chat.steps')),
    el('ol', {}, ...steps.map((step) => el('li', {}, el('time', { datetime: step.at }, day(step.at)), ' ',
      words(`page.chat.step.${step.event}`) ?? words(`order.step.${step.event}`) ?? step.event, step.text ? el('p', {}, step.text) : null))));
}

function dueDay(order) {
  const due = day(order.due_date);
  return order.urgency === 'expedited' ? words('page.chat.expedited', { day: due }) : due;
}

function card(order, onProgress) {
  const open = !['closed', 'withdrawn', 'replied'].includes(order.status);
  const category = Array.isArray(order.category) ? order.category.join(' › ') : order.category;
  return el('article', { class: 'card', 'aria-label': words('page.chat.order', { number: order.number }) },
    el('div', { class: 'card-head' },
      el('h3', {}, el('span', { class: 'sr' }, words('page.chat.facts.number') + ' '), order.number),
      el('span', { class: 'badge ' + order.status }, words(`order.state_short.${order.status}`) ?? order.status)),
    el('p', { class: 'card-text' }, order.description ?? ''),
    el('dl', {},
      ...term(words('page.chat.facts.kind'), [words(`kind.${order.kind}`), category].filter(Boolean).join(' · ')),
      ...term(words('page.chat.facts.place'), order.location || order.region),
      ...term(words('page.chat.facts.unit'), order.unit),
      ...term(words('page.chat.facts.co_units'), (order.co_units ?? []).join('、')),
      ...term(words('page.chat.facts.created'), day(order.created_at)),
      ...(open ? term(words('page.chat.facts.due'), dueDay(order)) : []),
      ...term(words('page.chat.facts.extension'), order.extension),
      ...term(words('page.chat.facts.reply'), order.reply),
      ...term(words('page.chat.facts.supplements'), (order.supplements ?? []).map((s) => s.text ?? s).join('\n')),
      ...term(words('page.chat.facts.rating'), words(`order.rating.${order.rating}`)),
      ...(order.rate_by && !order.rating ? term(words('page.chat.facts.rate_by'), day(order.rate_by)) : [])),
    passage(order.history ?? []),
    el('button', { type: 'button', class: 'plain', onclick: () => onProgress(order) }, words('button.progress')));
}

export function orderList(orders, onProgress) {
  if (orders.length) return orders.map((order) => card(order, onProgress));
  return [el('div', { class: 'empty' }, icon('list'),
    el('p', {}, words('page.chat.empty')),
    el('p', { class: 'soft' }, words('page.chat.how_to_see')))];
}

// A small copy for the bubble: the page keeps it after a reload, and the large picture is not held in memory.
export async function thumbnail(file) {
  if (!file.type.startsWith('image/')) return null;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(1, 280 / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/jpeg', 0.7);
  } catch {
    return null; // a format that this browser cannot show, such as HEIC
  } finally {
    URL.revokeObjectURL(url);
  }
}

// The talk as this device remembers it: records and their bubbles. act is handed on to the bubbles' buttons.
export function transcript({ list, scroll, newer, dots }, act) {
  let records = [];
  let timer;
  let atEnd = true; // whoever has scrolled up to read is not torn away
  const nodeOf = (record) => document.getElementById('r-' + record.key);
  const save = () => store.set('log', records);
  let top = 0;
  const look = (event) => {
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 12;
    // Content that grew below is not the reader going away: only scrolling up is.
    if (near || !event || scroll.scrollTop < top) atEnd = near;
    if (atEnd) newer.hidden = true;
    top = scroll.scrollTop;
  };
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    look();
  };
  newer.addEventListener('click', toEnd);
  scroll.addEventListener('scroll', look, { passive: true });
  // Bubbles, pictures that arrive late, the keyboard, a banner: the end stays in sight.
  const watch = new ResizeObserver(() => atEnd && toEnd());
  [list, scroll, dots].forEach((node) => watch.observe(node));

  const self = {
    get records() { return records; },
    nodeOf,
    add(values) {
      const record = { ...values, key: newId() };
      records.push(record);
      while (records.length > KEEP) nodeOf(records.shift())?.remove();
      list.append(bubble(record, act));
      save();
      if (record.who === 'me') toEnd();
      return record;
    },
    change(record, values) {
      Object.assign(record, values);
      const node = nodeOf(record);
      if (node) refresh(node, record, act);
      save();
    },
    drop(record) {
      records = records.filter((other) => other !== record);
      nodeOf(record)?.remove();
      save();
    },
    // An answer, or something from the desk: perhaps several bubbles.
    addAll(all, asked) {
      const follow = asked || atEnd;
      const added = all.map(self.add);
      if (!added.length) return;
      if (follow) scroll.scrollTop = nodeOf(added[0]).offsetTop - 12; // a long answer is read from its beginning
      look();
      newer.hidden = follow || atEnd;
    },
    // Old buttons would answer a question that is no longer asked.
    retireButtons() {
      records.filter((record) => record.live).forEach((record) => self.change(record, { live: false }));
    },
    show(old) {
      records = old ?? [];
      list.replaceChildren(...records.map((record) => bubble(record, act)));
      toEnd();
    },
    typing(on) {
      clearTimeout(timer);
      dots.hidden = true;
      if (on) timer = setTimeout(() => { dots.hidden = false; }, 250); // not for answers that come at once
    },
  };
  return self;
}
