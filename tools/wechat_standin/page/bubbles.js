// What a citizen sees of each message.

import { clock, el, icon, webAddress } from './dom.js';

const QUIET = 300; // seconds after which the time is shown again
const LINK = /<a\s+[^>]*?href=(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？）]+)/gi;

// Text may hold links to pages and, as weixin://bizmsgmenu, words that are sent when they are tapped.
function words(text, pick) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const url = (match[2] ?? match[4]).replaceAll('&amp;', '&');
    const title = match[3] ?? match[4];
    const sent = url.startsWith('weixin://bizmsgmenu?') ? new URLSearchParams(url.split('?')[1]) : null;
    const target = webAddress(url);
    if (sent) parts.push(el('button', { type: 'button', class: 'choice', onclick: () => pick(sent.get('msgmenucontent'), sent.get('msgmenuid')) }, title));
    else if (target) parts.push(el('a', { href: target, target: '_blank', rel: 'noopener noreferrer' }, title));
    else parts.push(title);
  }
  return [...parts, text.slice(end)];
}

function link(url, title, className) {
  const target = webAddress(url);
  return target ? el('a', { class: className, href: target, target: '_blank', rel: 'noopener noreferrer' }, title) : title;
}

function picture(item, grown) {
  const image = el('img', { alt: '图片', src: '/standin/media/' + item.media_id });
  image.addEventListener('load', grown);
  return image;
}

const CONTENT = {
  text: (item, { pick }) => el('div', { class: 'bubble' }, ...words(item.text, pick)),
  image: (item, { grown }) => el('div', { class: 'bubble bare' }, picture(item, grown)),
  voice: (item) => el('div', { class: 'bubble voice' }, icon('waves'), `${item.seconds ?? 3}″ 语音`),
  video: (item) => el('div', { class: 'bubble voice' }, icon('play'), item.title || '视频'),
  music: (item) => el('div', { class: 'bubble voice' }, icon('play'), item.title || '音乐'),
  location: (item) => el('div', { class: 'bubble place' }, el('b', {}, item.label), el('div', { class: 'map' }, icon('location'))),
  link: (item) => el('div', { class: 'bubble' }, link(item.url, item.title)),
  msgmenu: (item, { pick }) => el('div', { class: 'bubble' },
    ...words(item.head, pick),
    ...item.items.map(({ id, content }) => el('button', { type: 'button', class: 'choice', onclick: () => pick(content, id) }, content)),
    ...words(item.tail, pick)),
};
CONTENT.shortvideo = CONTENT.video;

function notice(item) {
  return el('li', { class: 'card' },
    el('h3', {}, item.title),
    el('p', { class: 'via' }, { template: '模板消息', subscribe: '订阅通知' }[item.via]),
    el('dl', {}, ...item.fields.flatMap(({ name, value }) => [el('dt', {}, name), el('dd', {}, value)])),
    webAddress(item.url) && link(item.url, '查看详情', 'go'));
}

const article = ({ title, description, url }) => el('li', { class: 'card' },
  el('h3', {}, title), el('p', {}, description), webAddress(url) && link(url, '阅读全文', 'go'));

// The elements for one item. acts.pick(content, id) sends a choice; acts.grown() is called when a picture has come.
export function bubble(item, acts) {
  if (item.by === 'system') return [el('li', { class: 'system' }, item.text)];
  if (item.type === 'notice') return [notice(item)];
  if (item.type === 'news') return item.articles.map(article);
  return [el('li', { class: item.by === 'me' ? 'row me' : 'row', 'data-via': item.via },
    el('span', { class: 'face', 'aria-hidden': 'true' }, item.by === 'me' ? '我' : '热'),
    el('span', { class: 'sr' }, item.by === 'me' ? '我：' : '公众号：'),
    CONTENT[item.type](item, acts))];
}

export const timeBetween = (before, at) => (at - before > QUIET ? [el('li', { class: 'when' }, clock(at))] : []);
