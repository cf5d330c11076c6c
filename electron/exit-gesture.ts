/** Five taps in the same corner within this time open the staff's PIN prompt. */
const TAPS = 5;
const WITHIN_MS = 4_000;
const MAX_FAILURES = 5;
const LOCK_MS = 10 * 60_000;

/** Counts taps in a window's corner; pure, the clock is given. */
export class ExitGesture {
  #taps: number[] = [];

  /** True with the tap that completes the gesture. */
  tap(atMs: number): boolean {
    this.#taps = [...this.#taps.filter((tap) => atMs - tap <= WITHIN_MS), atMs];
    if (this.#taps.length < TAPS) return false;
    this.#taps = [];
    return true;
  }
}

/** Locks the PIN prompt after too many wrong tries. */
export class PinGuard {
  #failures = 0;
  #lockedUntilMs = 0;

  isLocked(nowMs: number): boolean {
    return nowMs < this.#lockedUntilMs;
  }

  /** Takes note of one try; a right one clears the count. */
  tried(right: boolean, nowMs: number): void {
    this.#failures = right ? 0 : this.#failures + 1;
    if (this.#failures < MAX_FAILURES) return;
    this.#failures = 0;
    this.#lockedUntilMs = nowMs + LOCK_MS;
  }
}
