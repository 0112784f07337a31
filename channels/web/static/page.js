// The page around the talk: the input and its hints, large type, high contrast, reading aloud,
// speaking instead of typing.

import { store } from './api.js';
import { words } from './words.js';

export const LIMIT = 2000; // characters that the server takes
export const $ = (id) => document.getElementById(id);

const root = document.documentElement;
const text = $('text');

// What the input is like for each thing that the assistant may ask for; the hints are words too.
const INPUT = {
  name: { autocomplete: 'name' },
  phone: { mode: 'tel', autocomplete: 'tel' },
  case_number: { capitals: 'characters' },
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
  if (error.line) return error.message;
  const known = {
    too_long: words('page.chat.fault.too_long', { most: LIMIT }),
    empty: words('page.chat.fault.empty'),
    unknown_button: words('page.chat.fault.unknown_button'),
  }[error.code];
  if (known) return known;
  if (!navigator.onLine) return words('page.chat.fault.offline');
  if (error.status === 0) return words('page.chat.fault.unsent');
  if (error.status === 413) return words('page.chat.fault.too_large');
  if (error.status === 415) return words('page.chat.fault.unwanted_media');
  if (error.status === 429 && error.code !== 'too_many_files') return words('page.chat.fault.too_fast');
  // The server says best what it cannot keep, and names the emergency lines; of a fault it knows nothing.
  if (error.code !== 'internal' && /[\u4e00-\u9fff]/.test(error.message)) return error.message;
  return words('page.chat.fault.broken');
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
  const want = INPUT[talk.expects] ?? {};
  const hint = words(`page.chat.hint.${talk.expects}`) ?? words('page.chat.hint.anything');
  text.placeholder = talk.mode === 'agent' ? words('page.chat.hint.agent') : hint;
  text.inputMode = want.mode ?? 'text';
  text.autocomplete = want.autocomplete ?? 'off';
  text.setAttribute('autocapitalize', want.capitals ?? 'none');
  $('text-label').textContent = text.placeholder;
  $('tray').hidden = talk.expects !== 'media' || talk.mode === 'agent';
  $('attach').hidden = !$('tray').hidden;
  $('tray-skip').textContent = talk.uploaded ? words('page.chat.uploaded') : words('page.chat.skip');
  $('banner').hidden = talk.mode === 'bot';
  $('banner').dataset.mode = talk.mode;
  $('banner-text').textContent = words(`page.chat.banner.${talk.mode}`) ?? '';
  $('leave-queue').hidden = talk.mode !== 'queued';
  $('human').disabled = talk.mode !== 'bot';
  $('human').lastElementChild.textContent = words(`page.chat.human.${talk.mode}`) ?? words('button.human');
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
    button.textContent = on ? words('page.chat.stop_reading') : words('page.chat.read_aloud');
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
    const said = lastText();
    if (!said) return;
    const voice = speech.getVoices().find((v) => /^zh[-_](CN|Hans)/i.test(v.lang));
    // Some browsers fall silent after about 200 characters: read sentence by sentence.
    const sentences = said.match(/[^。！？；\n]+[。！？；]?/g) ?? [said];
    reading = sentences.map((sentence, i) => {
      const part = new SpeechSynthesisUtterance(sentence);
      part.lang = 'zh-CN';
      part.rate = 0.9;
      if (voice) part.voice = voice;
      if (i === sentences.length - 1) part.onend = () => reading?.includes(part) && stop();
      part.onerror = (event) => {
        if (!reading?.includes(part)) return; // stopped by hand
        stop();
        if (event.error !== 'canceled' && event.error !== 'interrupted') tell(words('page.chat.cannot_read'));
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
    label.textContent = on ? words('page.chat.spoken') : words('page.chat.speak');
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
        'not-allowed': words('page.chat.microphone.not_allowed'),
        'no-speech': words('page.chat.microphone.no_speech'),
      }[event.error] ?? words('page.chat.microphone.broken'));
    };
    ear.onend = () => {
      ear = null;
      set(false);
    };
    try {
      ear.start();
      set(true);
      tell(words('page.chat.microphone.speak_now'));
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
