import { err, ok, type Result } from '../../domain/result.ts';

/**
 * Personal data at rest: AES-256-GCM with a 12-byte random IV; the document's collection and id are authenticated, so a sealed
 * field cannot be moved to another record. WebCrypto, the same code in Node and in the browser.
 *
 * Format: base64 of `0x01 | IV (12) | ciphertext and tag`; the first byte names the algorithm, so SM4-GCM can stand beside it.
 */
const AES_256_GCM = 1;
const IV_BYTES = 12;

export interface SealPlace {
  readonly collection: string;
  readonly id: string;
}

export async function importDataKey(base64: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromBase64(base64), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

export async function seal(key: CryptoKey, place: SealPlace, value: unknown): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: placeBytes(place) }, key, plain));
  return toBase64(Uint8Array.of(AES_256_GCM, ...iv, ...cipher));
}

/** Codes: SEAL_UNKNOWN (other algorithm), SEAL_BROKEN (wrong key, moved or changed). */
export async function open(key: CryptoKey, place: SealPlace, sealed: string): Promise<Result<unknown, 'SEAL_UNKNOWN' | 'SEAL_BROKEN'>> {
  const bytes = fromBase64(sealed);
  if (bytes[0] !== AES_256_GCM) return err('SEAL_UNKNOWN', '这条记录用的是别的加密方式，本机打不开。');
  const iv = bytes.slice(1, 1 + IV_BYTES);
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: placeBytes(place) }, key, bytes.slice(1 + IV_BYTES));
    return ok(JSON.parse(new TextDecoder().decode(plain)));
  } catch (error) {
    if (error instanceof DOMException) return err('SEAL_BROKEN', '这条记录解不开，可能密钥不对或内容被改动，请联系管理员。');
    throw error;
  }
}

/** Keyed hash (HMAC-SHA-256) of an ID number: tells "the same person today" without telling who. */
export async function personHash(hashKeyBase64: string, idNumber: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', fromBase64(hashKeyBase64), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(idNumber))));
}

function placeBytes(place: SealPlace): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${place.collection}|${place.id}`);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
