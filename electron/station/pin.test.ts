import { expect, test } from 'vitest';
import { hashPin, pinMatches } from './pin.ts';

test('a PIN matches its own hash only, and a hash of another form matches nothing', async () => {
  const hash = hashPin('1357');
  expect(hash).not.toContain('1357');
  expect(await pinMatches('1357', hash)).toBe(true);
  expect(await pinMatches('1358', hash)).toBe(false);
  expect(await pinMatches('1357', hash.replace('scrypt', 'plain'))).toBe(false);
  expect(await pinMatches('', 'scrypt$$')).toBe(false);
});
