// The words of this page: the server puts them in from the catalogue of the wording (bot/dialogue/wording).

const catalogue = JSON.parse(document.getElementById('words').textContent);

// The sentence of a key, its {placeholders} filled in from values; undefined where there is no such key.
export function words(key, values = {}) {
  return catalogue[key]?.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
