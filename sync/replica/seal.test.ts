import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importDataKey, open, personHash, seal } from './seal.ts';

const place = { collection: 'cases', id: 'c1' };
const newKey = () => importDataKey(randomBytes(32).toString('base64'));

describe('seal', () => {
  it('opens to what was sealed, and shows nothing of it', async () => {
    const key = await newKey();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 4 }), async (name) => {
        const sealed = await seal(key, place, { name });
        expect(atob(sealed)).not.toContain(name);
        expect(await open(key, place, sealed)).toEqual({ ok: true, value: { name } });
      }),
      { numRuns: 50 },
    );
  });

  it('cannot be moved to another record, opened with another key, or changed', async () => {
    const key = await newKey();
    const sealed = await seal(key, place, { name: '林晓岚' });
    const changed = Buffer.from(sealed, 'base64');
    changed[20] = (changed[20] ?? 0) ^ 1;
    const attempts = [
      open(key, { collection: 'cases', id: 'c2' }, sealed),
      open(await newKey(), place, sealed),
      open(key, place, changed.toString('base64')),
    ];
    const codes = (await Promise.all(attempts)).map((result) => (result.ok ? 'opened' : result.error.code));
    expect(codes).toEqual(['SEAL_BROKEN', 'SEAL_BROKEN', 'SEAL_BROKEN']);
  });

  it('names an algorithm that it does not know', async () => {
    const result = await open(await newKey(), place, Buffer.from([9, 1, 2, 3]).toString('base64'));
    expect(result.ok ? '' : result.error.code).toBe('SEAL_UNKNOWN');
  });
});

describe('personHash', () => {
  it('is the same for the same person and key, and differs otherwise', async () => {
    const [k1, k2] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const one = await personHash(k1, '11010519491231002X');
    expect(await personHash(k1, '11010519491231002X')).toBe(one);
    expect(await personHash(k2, '11010519491231002X')).not.toBe(one);
    expect(one).not.toContain('110105');
  });
});
