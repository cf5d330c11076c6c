import { z } from 'zod';
import { err, ok, type Result } from './result.ts';

/**
 * Hybrid logical clock stamp: `<13-digit ms>-<4 hex counter>-<node>`; stamps sort as strings, and no two are equal because the
 * node (station id) is part of them. A stamp therefore also names one state of a document: equal stamps mean equal states.
 */
export const stampSchema = z.string().regex(/^\d{13}-[0-9a-f]{4}-[A-Za-z0-9_.:-]{1,64}$/);
export type Stamp = string;

/** A stamp this far ahead of our own clock is refused: one wrong clock must not push the whole hall into the future. */
export const MAX_DRIFT_MS = 24 * 60 * 60 * 1000;

const MAX_COUNTER = 0xffff;

export function stampMs(stamp: Stamp): number {
  return Number(stamp.slice(0, 13));
}

export interface ClockState {
  readonly ms: number;
  readonly counter: number;
}

export class HybridClock {
  readonly #node: string;
  readonly #wallMs: () => number;
  #state: ClockState;

  /** `highWater` is what the ledger kept of the last run; with it stamps never run backwards when the wall clock does. */
  constructor(node: string, wallMs: () => number, highWater: ClockState = { ms: 0, counter: 0 }) {
    this.#node = node;
    this.#wallMs = wallMs;
    this.#state = highWater;
  }

  get state(): ClockState {
    return this.#state;
  }

  /** Next stamp for a local write. */
  tick(): Stamp {
    const wall = this.#wallMs();
    this.#state = wall > this.#state.ms ? { ms: wall, counter: 0 } : advance(this.#state);
    return this.#format();
  }

  /** Takes note of a stamp that came from elsewhere, so that later local stamps sort after it. Code: CLOCK_DRIFT. */
  observe(remote: Stamp): Result<void, 'CLOCK_DRIFT'> {
    const ms = stampMs(remote);
    const wall = this.#wallMs();
    if (ms - wall > MAX_DRIFT_MS) {
      return err('CLOCK_DRIFT', '对方的时钟比本机快太多，请校对时间。', { remoteMs: ms, localMs: wall });
    }
    const counter = Number.parseInt(remote.slice(14, 18), 16);
    if (ms > this.#state.ms || (ms === this.#state.ms && counter > this.#state.counter)) this.#state = { ms, counter };
    return ok(undefined);
  }

  #format(): Stamp {
    return `${String(this.#state.ms).padStart(13, '0')}-${this.#state.counter.toString(16).padStart(4, '0')}-${this.#node}`;
  }
}

function advance(state: ClockState): ClockState {
  return state.counter < MAX_COUNTER ? { ms: state.ms, counter: state.counter + 1 } : { ms: state.ms + 1, counter: 0 };
}
