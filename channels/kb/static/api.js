// Everything that talks to the server. The key stays in this tab.

const API = '/api/kb';
const KEY = 'kb.key';

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

// status 0 means that no answer arrived. `data` is the whole answer: faults, or both sides of a conflict.
export class ApiError extends Error {
  constructor(status, data) {
    super(sentence(status, data));
    this.status = status;
    this.code = data?.error?.code ?? '';
    this.data = data ?? {};
  }
}

function sentence(status, data) {
  if (status === 0) return '没有连上服务器，请检查网络再试。您填的都还在。';
  if (data?.error?.message && (status < 500 || status === 503)) return data.error.message;
  return '服务器出了点问题，请稍后再试。您填的都还在。';
}

async function request(path, options = {}) {
  const headers = { Authorization: `Bearer ${key.get() ?? ''}`, ...options.headers };
  let response;
  try {
    response = await fetch(API + path, { cache: 'no-store', ...options, headers });
  } catch {
    throw new ApiError(0);
  }
  if (response.ok) return response;
  const data = await response.json().catch(() => null);
  if (response.status === 401) window.dispatchEvent(new CustomEvent('locked', { detail: data?.error?.message }));
  throw new ApiError(response.status, data);
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return given.length ? '?' + new URLSearchParams(given) : '';
};

export const get = async (path, values = {}) => (await request(path + query(values))).json();

export async function send(method, path, values, body, headers = {}) {
  const json = { 'Content-Type': 'application/json', ...headers };
  return (await request(path + query(values), { method, headers: json, body: JSON.stringify(body) })).json();
}

export const post = (path, body, values = {}) => send('POST', path, values, body);

export const article = (name) => `/articles/${encodeURIComponent(name)}`;

// Saves an answer as a file under the name that the server gives it.
export async function download(path, values) {
  const response = await request(path + query(values));
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = decodeURIComponent(name ?? 'articles');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Sends a file; take(line) for each line of the answer, as it comes.
export async function upload(path, values, file, take) {
  const body = new FormData();
  body.append('file', file, file.name);
  const response = await request(path + query(values), { method: 'POST', body });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new ApiError(0); });
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    lines.filter(Boolean).forEach((line) => take(JSON.parse(line)));
  }
}
