// The npm package wechat-crypto: opens and signs what it is given, and encrypts texts of its own.
const Crypto = require('wechat-crypto');
const { key, token, appId, encrypted, plain } = JSON.parse(require('fs').readFileSync(0));
const crypto = new Crypto(token, key, appId);
const sign = ({ timestamp, nonce, text }) => crypto.getSignature(timestamp, nonce, text);
console.log(JSON.stringify({
  opened: encrypted.map(({ text }) => crypto.decrypt(text)),
  signatures: encrypted.map(sign),
  encrypted: plain.map(({ timestamp, nonce, text }) => {
    const secret = crypto.encrypt(text);
    return { text: secret, signature: sign({ timestamp, nonce, text: secret }) };
  }),
}));
