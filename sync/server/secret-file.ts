import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Under the Electron shell the key that wraps these files comes from the operating system's keyring, through this variable of the
 * process (electron/keyring.ts): 32 bytes in base64. Without it they are plain text, readable by their owner only.
 */
const DEVICE_SECRET = 'BIANMIN_DEVICE_SECRET';
const WRAPPED = 'aes-256-gcm:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Text of a file, or null when there is none. Throws when it is wrapped and the device secret is absent or another one. */
export function readSecret(path: string): string | null {
  try {
    return unwrapText(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Readable by the owner only, complete on the disk before it returns: what a lost key sealed is lost with it. */
export function writeSecret(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, wrapText(text));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  if (process.platform !== 'win32') syncFolder(dirname(path));
}

function deviceSecret(): Buffer | null {
  const secret = process.env[DEVICE_SECRET];
  return secret === undefined ? null : Buffer.from(secret, 'base64');
}

function wrapText(text: string): string {
  const secret = deviceSecret();
  if (secret === null) return text;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  const bytes = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${WRAPPED}${bytes.toString('base64')}`;
}

function unwrapText(stored: string): string {
  if (!stored.startsWith(WRAPPED)) return stored;
  const secret = deviceSecret();
  if (secret === null) throw new Error(`this file is wrapped by the keyring, and ${DEVICE_SECRET} is not set`);
  const bytes = Buffer.from(stored.slice(WRAPPED.length), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

/** A rename is on the disk only when its folder is; Windows cannot open folders and needs no such call. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
