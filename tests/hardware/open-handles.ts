import { readdirSync } from 'node:fs';

/** Open files plus active handles of this process, timers left out: the tests' own polling uses them. */
export function openHandles(): number {
  const active = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate');
  return readdirSync('/proc/self/fd').length + active.length;
}
