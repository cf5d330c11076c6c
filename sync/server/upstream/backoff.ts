const FIRST_MS = 500;
const MAX_MS = 15_000;

/** Per key: after the n-th failure in a row wait 0.5–15 s, doubling, with jitter so that a hall does not come back in one beat. */
export class Backoff {
  readonly #failures = new Map<string, { count: number; notBefore: number }>();

  fail(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const full = Math.min(MAX_MS, FIRST_MS * 2 ** count);
    const delay = Math.max(FIRST_MS, full * (0.5 + Math.random() / 2));
    this.#failures.set(key, { count, notBefore: performance.now() + delay });
  }

  succeed(key: string): void {
    this.#failures.delete(key);
  }

  clear(): void {
    this.#failures.clear();
  }

  /** Time until the key may be tried again, ms; 0 when it may be tried now. */
  waitMs(key: string): number {
    return Math.max(0, (this.#failures.get(key)?.notBefore ?? 0) - performance.now());
  }

  isWaiting(key: string): boolean {
    return this.waitMs(key) > 0;
  }

  /** Time until the first of the keys that were not yet due at `since` (performance.now()), ms; null when there is none. */
  nextMs(since: number): number | null {
    const times = [...this.#failures.values()].map(({ notBefore }) => notBefore).filter((time) => time > since);
    return times.length === 0 ? null : Math.max(0, Math.min(...times) - performance.now());
  }
}

/** A flag that one loop waits for; raising it again before the loop looks is the same as once. */
export class Signal {
  #raised = false;
  #wake: (() => void) | null = null;

  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  lower(): void {
    this.#raised = false;
  }

  /** Resolves when raised (at once if it is already), or after `timeoutMs`; null: no limit. */
  async wait(timeoutMs: number | null): Promise<void> {
    if (this.#raised) return;
    await new Promise<void>((resolve) => {
      const timer = timeoutMs === null ? null : setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
