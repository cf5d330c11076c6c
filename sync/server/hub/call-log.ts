import type { BoardCall } from '../../../domain/board.ts';
import type { HallId } from '../../../domain/ids.ts';
import type { SqliteStore } from '../store/sqlite.ts';

const KEPT_CALLS = 12;

/** The last calls of the hall, newest first. They survive a restart, so `callSeq` keeps rising and no screen speaks a call twice. */
export class CallLog {
  readonly #store: SqliteStore;
  readonly #key: string;

  constructor(store: SqliteStore, hallId: HallId) {
    this.#store = store;
    this.#key = `calls:${hallId}`;
  }

  calls(): readonly BoardCall[] {
    const text = this.#store.getMeta(this.#key);
    return text === null ? [] : JSON.parse(text);
  }

  /** Belongs inside the transaction of the call itself. */
  add(call: Omit<BoardCall, 'callSeq'>): void {
    const calls = this.calls();
    const next = { ...call, callSeq: (calls[0]?.callSeq ?? 0) + 1 };
    this.#store.setMeta(this.#key, JSON.stringify([next, ...calls].slice(0, KEPT_CALLS)));
  }
}
