import { createHash, timingSafeEqual } from 'node:crypto';

/** Hashed first: equal lengths, and the time of the comparison tells nothing. */
export function isSameSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
