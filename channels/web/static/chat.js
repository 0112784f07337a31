// The talk: what is said and answered, and what to do when something goes wrong.

import * as api from './api.js';
import { $, LIMIT, explain, fitInput, panel, setText, setUpPage, tell, tooLong } from './page.js';
import { orderList, thumbnail, transcript } from './view.js';
import { words } from './words.js';

const { store } = api;
const text = $('text');
const pageTitle = document.title;
const files = new Map(); // key of a bubble → its file, to try again
const START = { expects: null, mode: 'bot', skip: null, uploaded: false };

let talk = { ...START };
let stream = null;
let line = Promise.resolve(); // messages leave one after the other, in the order typed

const log = transcript({ list: $('log'), scroll: $('scroll'), newer: $('newer'), dots: $('typing') }, {
  press(record, button, event) {
    say(button.title, { button: button.payload });
    if (event.detail === 0) text.focus(); // pressed by keyboard: the button is gone, and the focus with it
  },
  again(record) {
    if (record.file) upload(files.get(record.key), record);
    else line = line.then(() => deliver(record));
  },
});

function setTalk(values) {
  talk = { ...talk, ...values };
  store.set('talk', talk);
  fitInput(talk);
}

// An answer, a greeting, or an event (which has an id, perhaps an empty one) becomes bubbles.
function accept(answer, eventId) {
  const isEvent = eventId !== undefined;
  if (answer.state && answer.state !== talk.mode) {
    setTalk({ mode: answer.state });
    log.retireButtons(); // 取消排队 is of no use when the agent is there
  }
  // A notice that asks nothing leaves the question under way as it is.
  if (isEvent ? answer.expects : 'expects' in answer) setTalk({ expects: answer.expects, skip: null, uploaded: false });
  const who = isEvent && talk.mode === 'agent' ? 'agent' : 'bot';
  log.addAll((answer.messages ?? []).map((message) => {
    let buttons = message.buttons ?? [];
    if (talk.expects === 'media') { // 跳过 has its place beside the big upload buttons
      const skip = buttons.find((button) => button.title.startsWith(words('page.chat.skip')));
      if (skip) setTalk({ skip });
      buttons = buttons.filter((button) => button !== skip);
    }
    return { who, text: message.text, links: message.links, source: message.source, buttons, live: true, eventId };
  }), !isEvent);
  if (document.hidden && answer.messages?.length) document.title = words('page.chat.new_message', { title: pageTitle });
}

// ---- sessions ----

let beginning = null;
function begin() { // one at a time, whoever asks
  beginning = beginning ?? api.openSession().then((answer) => {
    log.retireButtons();
    setTalk(START);
    listen();
    return answer;
  }).finally(() => { beginning = null; });
  return beginning;
}

const RENEWED = words('page.chat.renewed');
// Does the call; when the session has ended, opens a new one and does it again as call(true).
async function withSession(call) {
  if (!api.hasSession()) await begin();
  try {
    return await call(false);
  } catch (error) {
    if (error.status !== 401) throw error;
    if (api.adoptSession()) listen();
    else await begin();
    return call(true);
  }
}

function listen() {
  stream?.stop();
  stream = api.listen((data, id) => {
    if (id && log.records.some((record) => record.eventId === id)) return; // another tab took it
    accept(data, id ?? '');
    if (panel.open) showOrders();
  }, () => { stream = null; }); // the next message opens a new session
}

// ---- sending ----

function say(typed, body = { text: typed }) {
  tell('');
  log.retireButtons();
  const record = log.add({ who: 'me', text: typed, body, clientId: api.newId(), fate: 'sending' });
  line = line.then(() => deliver(record));
}

async function deliver(record, again = true) {
  log.change(record, { fate: 'sending' });
  log.typing(talk.mode !== 'agent');
  try {
    const answer = await withSession((renewed) => {
      if (renewed) {
        tell(RENEWED);
        record.body = { text: record.text }; // a new session has not offered that button
      }
      return api.send({ ...record.body, client_id: record.clientId });
    });
    log.typing(false);
    log.change(record, { fate: 'sent' });
    accept(answer);
    if (panel.open && !answer.expects) showOrders();
  } catch (error) {
    log.typing(false);
    if (error.status === 429 && again && error.retryAfter <= 60) {
      log.change(record, { fate: 'waiting' });
      if (error.line) tell(error.message, 0);
      else tell(words('page.chat.waiting', { seconds: error.retryAfter }), error.retryAfter);
      await api.sleep(error.retryAfter * 1000);
      await deliver(record, false);
    } else failed(record, error);
  }
}

function failed(record, error) {
  if (!(error instanceof api.ApiError)) console.error(error);
  tell(explain(error), 0);
  if (['too_long', 'empty'].includes(error.code)) { // back into the input, to be mended there
    log.drop(record);
    if (!text.value) setText(record.text);
  } else if (error.code === 'unknown_button') {
    log.change(record, { fate: 'failed', body: { text: record.text }, clientId: api.newId() });
  } else log.change(record, { fate: 'failed' });
}

function send() {
  const typed = text.value.trim();
  if (tooLong(typed)) tell(words('page.chat.shorten', { most: LIMIT }));
  else if (typed) {
    setText('');
    say(typed);
  }
}

async function upload(file, record) {
  if (!file) { // the page was loaded again since
    tell(words('page.chat.choose_again'));
    return;
  }
  if (record) log.change(record, { fate: 'uploading' });
  else {
    const thumb = await thumbnail(file);
    record = log.add({ who: 'me', text: '', file: file.name || words('page.chat.file'), thumb, fate: 'uploading' });
    files.set(record.key, file);
  }
  try {
    const answer = await withSession((renewed) => {
      if (renewed) tell(RENEWED);
      return api.upload(file, (part) => {
        const bar = log.nodeOf(record)?.querySelector('progress');
        if (bar) bar.value = part;
      });
    });
    files.delete(record.key);
    log.change(record, { fate: 'received' });
    setTalk({ uploaded: true });
    accept(answer); // only an id, unless the server has something to say about it
  } catch (error) {
    tell(explain(error).replace(words('page.chat.send_again'), words('page.chat.upload_again')), 0);
    log.change(record, { fate: 'refused', final: [413, 415, 422].includes(error.status) });
  }
}

async function uploadAll(list) {
  tell('');
  for (const file of list) await upload(file);
}

for (const [input, ...buttons] of [['file', 'attach', 'tray-file'], ['camera', 'tray-camera']]) {
  for (const button of buttons) $(button).addEventListener('click', () => $(input).click());
  $(input).addEventListener('change', (event) => {
    const list = [...event.target.files];
    event.target.value = ''; // so that the same file can be chosen again
    uploadAll(list);
  });
}
text.addEventListener('paste', (event) => {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  uploadAll([...event.clipboardData.files]);
});
$('tray-skip').addEventListener('click', () => {
  // "跳过" is the word that ends this question, also when something was uploaded.
  const skip = words('page.chat.skip');
  say(talk.uploaded ? words('page.chat.uploaded') : skip, talk.skip ? { button: talk.skip.payload } : { text: skip });
});
$('human').addEventListener('click', () => say(words('button.human')));
$('leave-queue').addEventListener('click', () => say(words('button.leave_queue')));

// ---- my work orders ----

let shown = '';
async function showOrders(orders) {
  try {
    const list = orders ?? await withSession(api.workOrders);
    if (shown !== JSON.stringify(list)) { // else the focus on a card would be lost for nothing
      shown = JSON.stringify(list);
      $('orders').replaceChildren(...orderList(list, (order) => {
        panel.closeDrawer();
        say(words('page.chat.ask_progress', { number: order.number }));
      }));
    }
    return list;
  } catch {
    if (!$('orders').childElementCount) $('orders').textContent = words('page.chat.no_orders_now');
    return null;
  }
}

// ---- a new talk ----

$('fresh-open').addEventListener('click', async () => {
  if (!$('fresh').showModal) { // an old browser
    if (window.confirm($('fresh-text').textContent)) startAfresh();
    return;
  }
  $('fresh').showModal();
  // A new session cannot see these any more: the numbers are worth writing down.
  const numbers = (await showOrders() ?? []).map((order) => order.number);
  $('fresh-numbers').hidden = !numbers.length;
  $('fresh-numbers').textContent = words('page.chat.fresh.numbers', { numbers: numbers.join('、') });
});
$('fresh').addEventListener('close', () => {
  if ($('fresh').returnValue === 'yes') startAfresh();
  $('fresh').returnValue = '';
});

function startAfresh() {
  stream?.stop();
  api.forgetSession();
  setText('');
  tell('');
  log.show([]);
  store.remove('log');
  line = line.then(start);
}

// ---- the start ----

async function start() {
  try {
    if (api.hasSession()) {
      showOrders(await api.workOrders()); // shows whether the token still holds, too
      listen();
    } else {
      accept(await begin());
      showOrders([]);
    }
  } catch (error) {
    if (error.status === 401 && api.hasSession()) {
      api.forgetSession();
      if (log.records.length) log.add({ who: 'note', text: words('page.chat.earlier') });
      await start();
      return;
    }
    tell(error.status === 0 ? words('page.chat.unreachable') : explain(error), 0);
    if (api.hasSession()) listen();
  }
}

window.addEventListener('online', () => {
  tell(words('page.chat.online'));
  if (!api.hasSession()) line = line.then(start);
  stream?.wake();
});
window.addEventListener('offline', () => tell(words('page.chat.offline'), 0));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  document.title = pageTitle;
  stream?.wake();
});
window.addEventListener('storage', (event) => { // another tab of the same person
  if (event.key === 'hotline.log') log.show(store.get('log'));
  if (event.key === 'hotline.session' && api.adoptSession()) listen();
});

setUpPage({
  onSend: send,
  onPanel: () => showOrders(),
  lastText: () => [...log.records].reverse().find((record) => record.who !== 'me' && record.text)?.text,
});
setTalk(store.get('talk') ?? START);
log.show((store.get('log') ?? []).map((record) => ({ // what was under way when the page went
  ...record,
  fate: { sending: 'failed', waiting: 'failed', uploading: 'refused' }[record.fate] ?? record.fate,
})));
$('log').setAttribute('aria-busy', 'false'); // from here on, what is added is read out
if (matchMedia('(pointer: fine)').matches) text.focus();
line = start();
