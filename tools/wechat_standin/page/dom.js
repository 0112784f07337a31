// Elements from data. Text only ever goes in as text, never as HTML.

export const $ = (id) => document.getElementById(id);

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

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', '#i-' + name);
  svg.append(use);
  return svg;
}

// Only the web: no javascript:, no data:.
export function webAddress(url) {
  try {
    const target = new URL(String(url ?? '').trim());
    return ['http:', 'https:'].includes(target.protocol) ? target.href : null;
  } catch {
    return null;
  }
}

export const clock = (at, seconds = false) => new Date(at * 1000).toLocaleTimeString('zh-CN', {
  hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined, hour12: false,
});

export async function post(path, body = {}) {
  const answer = await fetch('/standin/' + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

export async function get(path) {
  const answer = await fetch('/standin/' + path);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

// Calls take(items, whole answer) whenever a feed has grown, until stop() says so.
export async function follow(path, take, stop = () => false) {
  let after = 0;
  while (!stop()) {
    try {
      const found = await get(`${path}?after=${after}&wait=20`);
      if (stop()) return;
      if (found.last < after) after = 0; // the stand-in was reset
      else if (found.items.length) after = found.items.at(-1).n;
      take(found.items, found);
    } catch (error) {
      take([], { error });
      await new Promise((resume) => { setTimeout(resume, 2000); }); // the stand-in is gone or was restarted
    }
  }
}
