// Everything that talks to the server, and what this device remembers.

const API = '/api/web';
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Private windows and full disks refuse localStorage: then the page forgets at a reload, but works.
const memory = new Map();
export const store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem('hotline.' + key));
    } catch {
      return memory.get(key) ?? null;
    }
  },
  set(key, value) {
    memory.set(key, value);
    try {
      localStorage.setItem('hotline.' + key, JSON.stringify(value));
    } catch { /* kept in memory */ }
  },
  remove(key) {
    memory.delete(key);
    try {
      localStorage.removeItem('hotline.' + key);
    } catch { /* nothing to forget */ }
  },
};

// randomUUID exists on https only; a town hall's test server may be plain http.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

// status 0 means that no answer arrived.
export class ApiError extends Error {
  constructor(status, data, retryAfter) {
    super(data?.error?.message ?? '');
    this.status = status;
    this.code = data?.error?.code ?? '';
    this.line = data?.error?.line; // the emergency line that what was written needs
    this.retryAfter = Math.max(1, parseInt(retryAfter, 10) || 5);
    this.passing = [0, 502, 503, 504].includes(status); // worth another try as it is
  }
}

let session = store.get('session');

export const hasSession = () => Boolean(session?.token);
const bearer = () => ({ Authorization: 'Bearer ' + (session?.token ?? '') });

async function request(path, { body, headers = bearer(), timeout = 30000 } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  let response;
  let data = null;
  try {
    response = await fetch(API + path, {
      method: body ? 'POST' : 'GET',
      headers: body ? { ...headers, 'Content-Type': 'application/json' } : headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      signal: abort.signal,
    });
    data = await response.json();
  } catch {
    // A good status with a broken body is a broken line, too: the repeat gets the same answer.
    if (!response || response.ok) throw new ApiError(0);
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new ApiError(response.status, data, response.headers.get('Retry-After'));
  return data;
}

export async function openSession() {
  const answer = await request('/session', { body: {}, headers: {} });
  session = { session: answer.session, token: answer.token };
  store.set('session', session);
  store.remove('event');
  return answer;
}

// Another tab may have opened a new session already: take that one rather than a second.
export function adoptSession() {
  const other = store.get('session');
  if (!other?.token || other.token === session?.token) return false;
  session = other;
  return true;
}

export function forgetSession() {
  session = null;
  store.remove('session');
  store.remove('event');
}

export const workOrders = () => request('/workorders', { timeout: 12000 });

// The same client_id goes with every try, so that the server never does a thing twice.
export async function send(message) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request('/message', { body: message });
    } catch (error) {
      if (!error.passing || attempt === 3) throw error;
      await sleep(1000 * 2 ** attempt);
    }
  }
}

// XMLHttpRequest, because fetch cannot tell how much has been sent.
export function upload(file, onProgress) {
  return new Promise((done, fail) => {
    const form = new FormData();
    form.append('file', file, file.name || 'upload');
    const xhr = new XMLHttpRequest();
    xhr.open('POST', API + '/media');
    xhr.setRequestHeader('Authorization', bearer().Authorization);
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    xhr.onerror = xhr.onabort = xhr.ontimeout = () => fail(new ApiError(0));
    xhr.onload = () => {
      let data = null;
      try {
        data = JSON.parse(xhr.responseText);
      } catch { /* a proxy's error page */ }
      if (xhr.status >= 200 && xhr.status < 300) done(data ?? {});
      else fail(new ApiError(xhr.status, data, xhr.getResponseHeader('Retry-After')));
    };
    xhr.send(form);
  });
}

// Server-sent events. EventSource cannot send the bearer token, so the stream is read by hand.
// onEvent(data, id) for each event; onExpired() when the token is no longer known.
export function listen(onEvent, onExpired) {
  let abort = null;
  let stopped = false;
  let delay = 1000;
  let endWait = () => {};

  async function readOnce() {
    abort = new AbortController();
    // A phone that slept keeps a dead line open for minutes: silence means dead.
    let silence;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), 90000);
    };
    try {
      alive();
      const last = store.get('event');
      const response = await fetch(API + '/events', {
        headers: { ...bearer(), Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) },
        cache: 'no-store',
        signal: abort.signal,
      });
      if (!response.ok) throw new ApiError(response.status);
      const parse = parser((data, id) => {
        delay = 1000;
        if (stopped) return;
        if (id) store.set('event', id);
        onEvent(data, id);
      });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        parse(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(silence);
    }
  }

  (async () => {
    while (!stopped) {
      const began = Date.now();
      try {
        await readOnce();
      } catch (error) {
        if (stopped) return;
        if (error.status === 401) {
          onExpired();
          return;
        }
      }
      if (Date.now() - began > 15000) delay = 1000; // a proxy's time limit is no trouble
      await new Promise((done) => {
        endWait = done;
        setTimeout(done, delay * (0.8 + Math.random() * 0.4));
      });
      delay = Math.min(delay * 2, 30000);
    }
  })();

  return {
    stop() {
      stopped = true;
      abort?.abort();
      endWait();
    },
    wake() {
      delay = 1000;
      endWait();
    },
  };
}

// Returns a function that takes pieces of the stream as they arrive.
export function parser(dispatch) {
  let buffer = '';
  let data = [];
  let id = null;
  return (piece) => {
    buffer += piece;
    if (buffer.endsWith('\r')) return; // its \n may come with the next piece
    const lines = buffer.split(/\r\n|\n|\r/);
    buffer = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (data.length) {
          try {
            dispatch(JSON.parse(data.join('\n')), id);
          } catch (error) {
            if (!(error instanceof SyntaxError)) throw error; // a ping that is not JSON
          }
        }
        data = [];
        id = null;
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(value);
      else if (field === 'id') id = value;
      // "event" may be any name: all carry the same shape; lines that begin with ":" are heartbeats.
    }
  };
}
