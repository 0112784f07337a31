// The page around the talk: the input and its hints, large type, high contrast, reading aloud,
// speaking instead of typing.

import { store } from './api.js';

export const LIMIT = 2000; // characters that the server takes
export const $ = (id) => document.getElementById(id);

const root = document.documentElement;
const text = $('text');

// What the input looks like for each thing that the assistant may ask for.
const EXPECTS = {
  description: { hint: '请说说发生了什么事' },
  location: { hint: '在哪里？如：某某路 12 号' },
  occurred_at: { hint: '什么时候？如：昨晚 10 点' },
  name: { hint: '怎么称呼您？', autocomplete: 'name' },
  phone: { hint: '您的联系电话', mode: 'tel', autocomplete: 'tel' },
  case_number: { hint: '请输入工单号', capitals: 'characters' },
  confidentiality: { hint: '点按钮，或打字' },
  media: { hint: '传照片，或打字' },
  confirm: { hint: '点按钮，或打字修改' },
  choice: { hint: '点按钮，或打字' },
  rating: { hint: '点按钮，或打字' },
  rating_reason: { hint: '请说说哪里不满意' },
};

// A short sentence above the input; it goes by itself unless seconds is 0.
let noteTimer;
export function tell(sentence, seconds = 15) {
  clearTimeout(noteTimer);
  $('note').textContent = sentence;
  if (sentence && seconds) noteTimer = setTimeout(() => tell(''), seconds * 1000);
}

// What went wrong, kindly, and what can be done.
export function explain(error) {
  const known = {
    too_long: `一次最多写 ${LIMIT} 个字，请分两次说。`,
    empty: '还没有写内容。',
    unknown_button: '这个选项过时了。可以直接打字，或点“重新发送”按文字发出。',
  }[error.code];
  if (known) return known;
  if (!navigator.onLine) return '网络断开了，您写的都还在。连上网后点“重新发送”。';
  if (error.status === 0) return '网络不太好，没有发出去。请点“重新发送”；急事可以直接拨打 12345。';
  if (error.status === 413) return '内容太大了。文件请换小一点的，或只拍关键的部分。';
  if (error.status === 415) return '这种文件收不了，请传照片、录音、视频或 PDF。';
  if (error.status === 429) return '现在发得太快了，请过一会儿再试。';
  if (error.status < 500 && /[\u4e00-\u9fff]/.test(error.message)) return error.message;
  return '系统这会儿有点问题，请稍后再试；急事可以直接拨打 12345。';
}

// My work orders: on a wide screen a column of the page, else a drawer that holds the focus.
const wide = matchMedia('(min-width: 1120px)');
export const panel = {
  get open() { return $('panel').open; },
  close() { $('panel').close(); },
  closeDrawer() {
    if (!wide.matches) panel.close();
  },
};

function setUpPanel(onOpen) {
  const node = $('panel');
  const show = () => (wide.matches ? node.setAttribute('open', '') : node.showModal());
  $('orders-open').addEventListener('click', () => {
    if (node.open) {
      panel.close();
      return;
    }
    show();
    onOpen();
  });
  $('orders-close').addEventListener('click', panel.close);
  node.addEventListener('click', (event) => event.target === node && panel.close()); // beside the drawer
  wide.addEventListener('change', () => {
    panel.close();
    if (wide.matches) show();
  });
  if (wide.matches) show();
}

// talk: what the assistant expects, who holds the conversation ("bot", "queued", "agent"), what was uploaded.
export function fitInput(talk) {
  const want = EXPECTS[talk.expects] ?? { hint: '请说说您遇到的事' };
  text.placeholder = talk.mode === 'agent' ? '对人工客服说…' : want.hint;
  text.inputMode = want.mode ?? 'text';
  text.autocomplete = want.autocomplete ?? 'off';
  text.setAttribute('autocapitalize', want.capitals ?? 'none');
  $('text-label').textContent = text.placeholder;
  $('tray').hidden = talk.expects !== 'media' || talk.mode === 'agent';
  $('attach').hidden = !$('tray').hidden;
  $('tray-skip').textContent = talk.uploaded ? '传好了' : '跳过';
  $('banner').hidden = talk.mode === 'bot';
  $('banner').dataset.mode = talk.mode;
  $('banner-text').textContent = { queued: '正在排队等人工', agent: '人工正在为您服务' }[talk.mode] ?? '';
  $('leave-queue').hidden = talk.mode !== 'queued';
  $('human').disabled = talk.mode !== 'bot';
  $('human').lastElementChild.textContent = { queued: '排队中', agent: '人工中' }[talk.mode] ?? '转人工';
}

export function setText(value) {
  text.value = value;
  text.dispatchEvent(new Event('input'));
}

// As the server counts: characters, not halves of an emoji.
export const tooLong = (value) => [...value].length > LIMIT;

function growingInput(onSend) {
  text.addEventListener('input', () => {
    text.style.height = 'auto';
    text.style.height = text.scrollHeight + 'px'; // chat.css sets the limit
    const count = [...text.value].length;
    $('count').textContent = count > LIMIT * 0.9 ? `${count} / ${LIMIT}` : '';
    $('count').classList.toggle('over', count > LIMIT);
    store.set('draft', text.value); // not lost when the phone drops the page
  });
  text.addEventListener('keydown', (event) => {
    // 229: the key belongs to an input method that is still composing
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    onSend();
  });
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    onSend();
  });
  setText(store.get('draft') ?? '');
}

function toggle(button, name, preset) {
  const show = (on) => {
    root.classList.toggle(name, on);
    button.setAttribute('aria-pressed', String(on));
  };
  show(store.get(name) ?? preset);
  button.addEventListener('click', () => {
    const on = !root.classList.contains(name);
    store.set(name, on);
    show(on);
  });
}

// The keyboard of a phone covers the page or shrinks it, each browser in its own way:
// follow the part that can be seen. A pinch changes it too, and must not move anything.
function followKeyboard() {
  const view = window.visualViewport;
  const fit = () => {
    if (view && Math.abs(view.scale - 1) > 0.05) return;
    const height = Math.round(view?.height ?? window.innerHeight);
    root.style.setProperty('--height', height + 'px');
    root.classList.toggle('short', height < 460);
    if (window.scrollY) window.scrollTo(0, 0);
  };
  (view ?? window).addEventListener('resize', fit);
  view?.addEventListener('scroll', fit);
  fit();
}

// lastText() gives what the assistant said last.
function readAloud(button, lastText) {
  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;
  button.hidden = false;
  const set = (on) => {
    button.setAttribute('aria-pressed', String(on));
    button.textContent = on ? '停止' : '朗读';
  };
  let reading = null;
  const stop = () => {
    reading = null;
    speech.cancel();
    set(false);
  };
  button.addEventListener('click', () => {
    if (reading) {
      stop();
      return;
    }
    const words = lastText();
    if (!words) return;
    const voice = speech.getVoices().find((v) => /^zh[-_](CN|Hans)/i.test(v.lang));
    // Some browsers fall silent after about 200 characters: read sentence by sentence.
    const sentences = words.match(/[^。！？；\n]+[。！？；]?/g) ?? [words];
    reading = sentences.map((sentence, i) => {
      const part = new SpeechSynthesisUtterance(sentence);
      part.lang = 'zh-CN';
      part.rate = 0.9;
      if (voice) part.voice = voice;
      if (i === sentences.length - 1) part.onend = () => reading?.includes(part) && stop();
      part.onerror = (event) => {
        if (!reading?.includes(part)) return; // stopped by hand
        stop();
        if (event.error !== 'canceled' && event.error !== 'interrupted') tell('这台设备暂时不能朗读。');
      };
      return part;
    });
    set(true);
    reading.forEach((part) => speech.speak(part));
  });
  window.addEventListener('pagehide', stop);
}

// The words land in the input, where they can be put right before they are sent.
function speakInstead(button) {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (!Recognition) return;
  button.hidden = false;
  let ear = null;
  const label = button.querySelector('span');
  const set = (on) => {
    button.setAttribute('aria-pressed', String(on));
    label.textContent = on ? '说完了' : '说话';
  };
  button.addEventListener('click', () => {
    if (ear) {
      ear.stop();
      return;
    }
    const before = text.value;
    ear = new Recognition();
    ear.lang = 'zh-CN';
    ear.interimResults = true;
    ear.continuous = false;
    ear.onresult = (event) => setText(before + [...event.results].map((r) => r[0].transcript).join(''));
    ear.onerror = (event) => {
      if (event.error === 'aborted') return;
      tell({
        'not-allowed': '没有得到使用麦克风的许可。您可以直接打字，或用输入法上的话筒。',
        'no-speech': '没有听到声音，请再试一次。',
      }[event.error] ?? '语音输入暂时用不了。您可以直接打字，或用输入法上的话筒。');
    };
    ear.onend = () => {
      ear = null;
      set(false);
    };
    try {
      ear.start();
      set(true);
      tell('请说话，说完点“说完了”，看一遍再发送。');
    } catch {
      ear = null;
    }
  });
}

export function setUpPage({ lastText, onSend, onPanel }) {
  toggle($('large'), 'large', false);
  toggle($('contrast'), 'contrast', matchMedia('(prefers-contrast: more)').matches);
  growingInput(onSend);
  setUpPanel(onPanel);
  followKeyboard();
  readAloud($('read'), lastText);
  speakInstead($('voice'));
}
