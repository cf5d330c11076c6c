import type { Collection, Envelope } from '../../../domain/documents.ts';
import type { HallId } from '../../../domain/ids.ts';
import type { SqliteStore } from '../store/sqlite.ts';

/** One collection of one business day in memory: a call at a window must not read and parse the whole day. */
export class DayDocs {
  readonly #store: SqliteStore;
  readonly #hallId: HallId;
  readonly #collection: Collection;
  #day = '';
  #docs = new Map<string, Envelope>();

  constructor(store: SqliteStore, hallId: HallId, collection: Collection) {
    this.#store = store;
    this.#hallId = hallId;
    this.#collection = collection;
    store.onCommit((commit) => {
      if (commit.hallId !== hallId || commit.collection !== collection) return;
      for (const doc of commit.documents) {
        if (doc.day === this.#day && !doc._deleted) this.#docs.set(doc.id, doc);
        else this.#docs.delete(doc.id);
      }
    });
  }

  of(day: string): readonly Envelope[] {
    if (day !== this.#day) {
      this.#day = day;
      this.#docs = new Map(this.#store.querySync(this.#hallId, this.#collection, { day }).map((doc) => [doc.id, doc]));
    }
    return [...this.#docs.values()];
  }
}
