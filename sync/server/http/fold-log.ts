import type { Logger } from './client.ts';

const WINDOW_MS = 60_000;
const MAX_KEYS = 500;

/** Says the same thing once a minute, and then how often it happened: a broken client must not fill the disk with its errors. */
export class FoldedLog {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  readonly #seen = new Map<string, { since: number; repeats: number }>();

  constructor(logger: Logger, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  warn(key: string, detail: object, message: string): void {
    const now = this.#nowMs();
    const seen = this.#seen.get(key);
    if (seen !== undefined && now - seen.since < WINDOW_MS) {
      seen.repeats += 1;
      return;
    }
    if (this.#seen.size >= MAX_KEYS) this.#seen.clear();
    this.#seen.set(key, { since: now, repeats: 0 });
    this.#logger.warn(seen?.repeats ? { ...detail, repeatsBefore: seen.repeats } : detail, message);
  }
}
