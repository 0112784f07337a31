"""Signature and encryption of messages between platform and account (消息加解密), the platform's side.

Real: SHA-1 over the sorted parts; AES-256-CBC with the first 16 bytes of the key as initialisation vector; the plain
text is 16 random bytes, the length of the message as 4 bytes in network order, the message, the app id; PKCS#7 to
blocks of 32 bytes. Written on ``cryptography`` and on nothing that the account's side uses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

_BLOCK = 32  # bytes


class CryptoError(Exception):
    """A cipher text that is broken, was made with another key, or is meant for another account."""


def signature(*parts: str) -> str:
    """40 hexadecimal digits over the parts: token, timestamp, nonce and, where there is one, the cipher text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Cipher:
    """One account's encryption. ``encoding_aes_key`` is the key of 43 characters from the console."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._app_id = app_id

    def encrypt(self, message: str) -> str:
        """The message as Base64 cipher text; different each time."""
        raw = message.encode()
        plain = secrets.token_bytes(16) + struct.pack("!I", len(raw)) + raw + self._app_id.encode()
        padder = PKCS7(_BLOCK * 8).padder()
        encryptor = self._aes().encryptor()
        padded = padder.update(plain) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, text: str) -> str:
        """The message inside.

        Raises:
            CryptoError: says what is wrong with the cipher text.
        """
        try:
            encrypted = base64.b64decode(text, validate=True)
            decryptor = self._aes().decryptor()
            unpadder = PKCS7(_BLOCK * 8).unpadder()
            padded = decryptor.update(encrypted) + decryptor.finalize()
            plain = unpadder.update(padded) + unpadder.finalize()
        except binascii.Error as error:
            raise CryptoError("not Base64") from error
        except ValueError as error:
            raise CryptoError("another key, or not padded to 32 bytes") from error
        length = struct.unpack("!I", plain[16:20])[0] if len(plain) >= 20 else len(plain)
        if length > len(plain) - 20:
            raise CryptoError("the length inside is wrong")
        if plain[20 + length :] != self._app_id.encode():
            raise CryptoError(f"made for another app id: {plain[20 + length :].decode(errors='replace')}")
        try:
            return plain[20 : 20 + length].decode()
        except UnicodeDecodeError as error:
            raise CryptoError("not UTF-8") from error

    def _aes(self) -> Aes[CBC]:
        return Aes(AES256(self._key), CBC(self._key[:16]))
