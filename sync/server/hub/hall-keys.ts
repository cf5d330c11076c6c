import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { EnrolResponse, StationRole } from '../../protocol/wire.ts';
import { readSecret, writeSecret } from '../secret-file.ts';

const KEY_BYTES = 32;
const key = z.base64().refine((text) => Buffer.from(text, 'base64').length === KEY_BYTES);
const hallKeysSchema = z.object({ dataKey: key, hashKey: key });
export type HallKeys = z.infer<typeof hallKeysSchema>;

/**
 * The hall's own keys, made at the first start. A damaged file throws and must be restored from the backup: with a fresh key
 * the hall's cases could never be read again.
 */
export function loadHallKeys(dataDir: string): HallKeys {
  const path = join(dataDir, 'hall-keys.json');
  const stored = readSecret(path);
  if (stored !== null) return hallKeysSchema.parse(JSON.parse(stored));
  const fresh = { dataKey: randomBytes(KEY_BYTES).toString('base64'), hashKey: randomBytes(KEY_BYTES).toString('base64') };
  writeSecret(path, JSON.stringify(fresh));
  return fresh;
}

/** Only desks may read personal data; a kiosk needs the hash for one number per person. */
export function keysFor(role: StationRole, keys: HallKeys): Pick<EnrolResponse, 'dataKey' | 'hashKey'> {
  if (role === 'desk') return keys;
  return role === 'kiosk' ? { hashKey: keys.hashKey } : {};
}
