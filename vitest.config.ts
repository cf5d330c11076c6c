import { defineConfig } from 'vitest/config';

// Groups: `unit` is the fast loop of `npm run check`; the others start real processes, databases, ptys and browsers.
const group = (name: string, include: string[], timeoutMs: number) => ({
  extends: true as const,
  test: { name, include, testTimeout: timeoutMs, hookTimeout: timeoutMs },
});

export default defineConfig({
  test: {
    restoreMocks: true,
    projects: [
      group('unit', ['{domain,drivers,sync,renderer,electron,scripts}/**/*.test.{ts,tsx}'], 20_000),
      group('server', ['tests/server/**/*.test.ts'], 60_000),
      group('device', ['tests/hardware/**/*.test.ts'], 60_000),
      group('faults', ['tests/faults/**/*.test.ts'], 120_000),
      group('e2e', ['tests/e2e/**/*.test.ts'], 240_000),
    ],
  },
});
