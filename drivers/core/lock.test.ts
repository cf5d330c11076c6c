import { expect, test } from 'vitest';
import { createLock } from './lock.ts';

test('tasks never overlap, keep their order, and a task that throws frees the lock', async () => {
  const lock = createLock();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lock(async () => {
    seen.push('first in');
    await gate.promise;
    seen.push('first out');
    throw new Error('broken');
  });
  const second = lock(async () => {
    seen.push('second');
    return 2;
  });
  gate.resolve();
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe(2);
  expect(seen).toEqual(['first in', 'first out', 'second']);
});
