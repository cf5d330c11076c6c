import type { BaseLogger } from 'pino';
import { type CalendarBody, referenceBodySchemas, type WindowBody } from '../../domain/documents.ts';
import { type HallId, SHARED_HALL_ID, type WindowId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { type HallReference, Reference } from '../../sync/server/reference.ts';
import type { SqliteStore } from '../../sync/server/store/sqlite.ts';

/** What this station knows of its hall, from the ledger's copy. */
export class StationReference {
  readonly #store: SqliteStore;
  readonly #hall: Reference;

  constructor(store: SqliteStore, hallId: HallId, log: Pick<BaseLogger, 'warn'>) {
    this.#store = store;
    this.#hall = new Reference(store, hallId, log);
  }

  /** null until the hub has sent the hall and its policy for the first time. */
  get current(): HallReference | null {
    return this.#hall.current;
  }

  /** Code: NOT_READY. */
  require(): Result<HallReference, 'NOT_READY'> {
    const { current } = this;
    return current === null ? err('NOT_READY', '本机还没有收到大厅的资料，请等大厅主机连通后再试。') : ok(current);
  }

  window(windowId: WindowId | undefined): WindowBody | null {
    return this.current?.windows.find((window) => window.windowId === windowId) ?? null;
  }

  calendars(): readonly CalendarBody[] {
    return this.#store.querySync(SHARED_HALL_ID, 'reference', { kind: 'calendar' }).flatMap((doc) => {
      const parsed = referenceBodySchemas.calendar.safeParse(doc.body);
      return parsed.success ? [parsed.data] : [];
    });
  }
}
