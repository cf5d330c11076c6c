import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSecret, writeSecret } from './secret-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bianmin-secret-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const useSecret = (): void => void vi.stubEnv('BIANMIN_DEVICE_SECRET', randomBytes(32).toString('base64'));

test('is found again, complete and for its owner only; a missing file is null', () => {
  const path = join(folder, 'key.json');
  expect(readSecret(path)).toBeNull();
  writeSecret(path, '{"key":"钥匙"}');
  expect(readSecret(path)).toBe('{"key":"钥匙"}');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('with a device secret nothing of it stands on the disk, and no other device opens it', () => {
  const path = join(folder, 'key.json');
  useSecret();
  writeSecret(path, 'station-key-0001');
  expect(readFileSync(path, 'utf8')).not.toContain('station-key');
  expect(readSecret(path)).toBe('station-key-0001');
  useSecret();
  expect(() => readSecret(path)).toThrow();
  vi.unstubAllEnvs();
  expect(() => readSecret(path)).toThrow(/BIANMIN_DEVICE_SECRET/);
});

test('a plain file of an earlier start without keyring is still read', () => {
  const path = join(folder, 'key.json');
  writeSecret(path, 'plain');
  useSecret();
  expect(readSecret(path)).toBe('plain');
});
