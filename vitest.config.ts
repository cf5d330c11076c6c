import { defineConfig } from 'vitest/config';

interface Group {
  readonly name: string;
  readonly include: readonly string[];
  readonly timeoutMs: number;
  /** Files at once; a browser with a whole hall wants the machine for itself. */
  readonly workers: number;
}

/** Run one after the other, the quick ones first. `unit` is the fast loop of `npm run check`; the others start real processes, databases, ptys and browsers. */
const GROUPS: readonly Group[] = [
  { name: 'unit', include: ['{domain,drivers,sync,renderer,electron,scripts}/**/*.test.{ts,tsx}'], timeoutMs: 20_000, workers: 2 },
  { name: 'server', include: ['tests/server/**/*.test.ts'], timeoutMs: 60_000, workers: 2 },
  { name: 'device', include: ['tests/hardware/**/*.test.ts'], timeoutMs: 60_000, workers: 2 },
  { name: 'e2e', include: ['tests/e2e/**/*.test.ts'], timeoutMs: 240_000, workers: 1 },
];

export default defineConfig({
  test: {
    restoreMocks: true,
    projects: GROUPS.map(({ name, include, timeoutMs, workers }, groupOrder) => ({
      extends: true,
      test: { name, include: [...include], testTimeout: timeoutMs, hookTimeout: timeoutMs, maxWorkers: workers, sequence: { groupOrder } },
    })),
  },
});
