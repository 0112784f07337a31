// The form of an article: its fields, and the way between them and the content that the server keeps.

import { el } from './dom.js';

const lines = (rows) => ({ kind: 'lines', rows });
const GROUPS = [
  ['问和答', {
    title: { kind: 'line', hint: '像市民那样问，例如：路灯坏了找谁修？' },
    phrasings: { ...lines(6), hint: '每行一种问法，4 到 8 种' },
    asked: { ...lines(4), hint: '市民的原话，每行一句，可以不写；只用来找到这一条' },
    beyond: { ...lines(4), hint: '问得像，可是哪个条目都答不了的话，每行一句，可以不写；免得答非所问' },
    answer: { kind: 'text', rows: 5, hint: '先说结论，一个气泡放得下', limit: 'answer' },
    english: { kind: 'text', rows: 4, hint: '可以不写', limit: 'english' },
  }],
  ['怎么办', {
    steps: { ...lines(4), hint: '每行一步，最多 6 步' },
    bring: { ...lines(3), hint: '每行一样' },
    where: { kind: 'line' },
  }],
  ['依据和来源', {
    legal_basis: { ...lines(3), hint: '每行一条，例如：《中华人民共和国民法典》第九百四十二条' },
    'source.title': { kind: 'line', hint: '内容从哪里来，例如：《城市照明管理办法》' },
    'source.url': { kind: 'line', type: 'url', hint: 'https:// 开头，可以不写' },
  }],
  ['归谁管', {
    unit: { kind: 'line', offers: 'units' },
    category: { kind: 'choice', offers: 'categories' },
    region: { kind: 'line', offers: 'regions', hint: '全国性的规定写“全国”' },
    audience: { kind: 'choice', offers: 'audiences' },
  }],
  ['日期', {
    reviewed_on: { kind: 'line', type: 'date' },
    valid_from: { kind: 'line', type: 'date', hint: '没有就不填' },
    valid_to: { kind: 'line', type: 'date', hint: '这一天以后市民看不到' },
  }],
];

// Makes the form's groups. `read()` gives the content, `mark(faults)` writes them beside the fields that were
// touched, `markAll(faults)` beside all and takes the first of them into view.
export function articleFields(me, content, readOnly) {
  const inputs = {};
  const places = {};
  const touched = new Set();

  const groups = GROUPS.map(([legend, fields]) => el('fieldset', {}, el('legend', {}, legend),
    Object.entries(fields).map(([name, field]) => {
      const id = `f-${name}`;
      const input = inputs[name] = control(me, id, name, field, valueOf(content, name));
      input.disabled = readOnly || (name === 'unit' && Boolean(me.unit));
      places[name] = el('span', { class: 'fault', id: `${id}-fault` });
      input.setAttribute('aria-describedby', `${id}-fault`);
      input.addEventListener('input', () => touched.add(name));
      return el('div', { class: field.type === 'date' ? 'field short' : 'field' },
        el('label', { for: id }, me.labels[name]),
        el('span', { class: 'hint' }, field.hint ?? '', field.limit && counter(input, me.limits[field.limit])),
        input, field.kind === 'line' && field.offers && el('datalist', { id: `${id}-list` }, me[field.offers].map((one) => el('option', { value: one }))),
        places[name]);
    })));

  function write(faults, all) {
    const said = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
    const rest = [];
    for (const fault of faults) {
      const name = Object.keys(places).find((one) => fault.field === one || fault.field.startsWith(one + '.')) ?? (fault.field === 'source' ? 'source.title' : null);
      if (!name) rest.push(`${fault.label}：${fault.message}`);
      else said[name].push(fault.label === me.labels[name] ? fault.message : `${fault.label}：${fault.message}`);
    }
    for (const [name, sentences] of Object.entries(said)) {
      const text = all || touched.has(name) ? sentences.join(' ') : '';
      if (places[name].textContent !== text) places[name].textContent = text;
      inputs[name].setAttribute('aria-invalid', String(Boolean(text)));
    }
    return rest;
  }

  return {
    nodes: groups,
    read() {
      const found = {};
      for (const [, fields] of GROUPS) {
        for (const [name, field] of Object.entries(fields)) put(found, name, parsed(field, inputs[name].value));
      }
      return found;
    },
    mark: (faults) => write(faults, false),
    markAll(faults) {
      const rest = write(faults, true);
      groups.flatMap((group) => [...group.querySelectorAll('[aria-invalid=true]')])[0]?.focus();
      return rest;
    },
  };
}

function control(me, id, name, field, value) {
  if (field.kind === 'choice') {
    const offers = me[field.offers];
    const pairs = Array.isArray(offers) ? offers.map((one) => [one, one.replace('/', ' / ')]) : Object.entries(offers);
    const known = !value || pairs.some(([one]) => one === value);
    return el('select', { id, name },
      name === 'category' && el('option', { value: '' }, '请选择'),
      !known && el('option', { value, selected: true }, value),
      pairs.map(([one, words]) => el('option', { value: one, selected: one === value }, words)));
  }
  if (field.kind === 'line') {
    return el('input', { id, name, type: field.type ?? 'text', value, autocomplete: 'off', list: field.offers && `${id}-list` });
  }
  const input = el('textarea', { id, name, rows: field.rows });
  input.value = value;
  return input;
}

function counter(input, limit) {
  const node = el('span', { class: 'count' });
  const count = () => {
    const size = [...input.value.trim()].length;
    node.textContent = ` ${size} / ${limit}`;
    node.classList.toggle('over', size > limit);
  };
  input.addEventListener('input', count);
  count();
  return node;
}

function valueOf(content, name) {
  const [first, second] = name.split('.');
  const value = second ? content[first]?.[second] : content[first];
  if (Array.isArray(value)) return value.join(name === 'category' ? '/' : '\n');
  return value === undefined || value === null ? (name === 'audience' ? 'person' : '') : String(value);
}

function parsed(field, text) {
  if (field.kind === 'lines') return text.split('\n').map((line) => line.trim()).filter(Boolean);
  if (field.offers === 'categories') return text ? text.split('/') : [];
  return text.trim();
}

function put(content, name, value) {
  if (!value.length) return;
  const [first, second] = name.split('.');
  if (second) (content[first] ??= {})[second] = value;
  else content[first] = value;
}
