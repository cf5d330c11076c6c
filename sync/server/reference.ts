import type { BaseLogger } from 'pino';
import type { z } from 'zod';
import {
  type Envelope,
  type HallBody,
  type ItemBody,
  type ReferenceKind,
  referenceBodySchemas,
  type StaffBody,
  type WindowBody,
} from '../../domain/documents.ts';
import type { HallId } from '../../domain/ids.ts';
import type { PolicyValues } from '../../domain/policy.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { SqliteStore } from './store/sqlite.ts';

/** What a hall runs by. */
export interface HallReference {
  readonly hall: HallBody;
  readonly policy: PolicyValues;
  readonly windows: readonly WindowBody[];
  readonly staff: readonly StaffBody[];
  readonly items: ReadonlyMap<string, ItemBody>;
  readonly notices: readonly string[];
}

/** Reference documents of one hall, parsed once per change: every command needs some of them. */
export class Reference {
  readonly #store: SqliteStore;
  readonly #hallId: HallId;
  readonly #log: Pick<BaseLogger, 'warn'>;
  #current: HallReference | null = null;
  #stale = true;

  constructor(store: SqliteStore, hallId: HallId, log: Pick<BaseLogger, 'warn'>) {
    this.#store = store;
    this.#hallId = hallId;
    this.#log = log;
    store.onCommit((commit) => {
      if (commit.hallId === hallId && commit.collection === 'reference') this.#stale = true;
    });
  }

  /** null until the district has sent the hall and its policy for the first time. */
  get current(): HallReference | null {
    if (this.#stale) {
      this.#stale = false;
      this.#current = this.#load();
    }
    return this.#current;
  }

  /** Code: NOT_READY. */
  require(): Result<HallReference, 'NOT_READY'> {
    const { current } = this;
    return current === null ? err('NOT_READY', '大厅主机还没有收到区县下发的资料，请检查到区县的网络后再试。') : ok(current);
  }

  #load(): HallReference | null {
    const docs = this.#store.querySync(this.#hallId, 'reference', {});
    const hall = this.#bodies(docs, 'hall')[0];
    const policy = this.#bodies(docs, 'policy')[0];
    if (hall === undefined || policy === undefined) return null;
    return {
      hall,
      policy: policy.values,
      windows: this.#bodies(docs, 'window'),
      staff: this.#bodies(docs, 'staff'),
      items: new Map(this.#bodies(docs, 'item').map((item) => [item.itemId, item])),
      notices: this.#bodies(docs, 'notice').map((notice) => notice.text),
    };
  }

  #bodies<K extends ReferenceKind>(docs: readonly Envelope[], kind: K): z.infer<(typeof referenceBodySchemas)[K]>[] {
    return docs.flatMap((doc) => {
      if (doc.kind !== kind) return [];
      const parsed = referenceBodySchemas[kind].safeParse(doc.body);
      if (!parsed.success) this.#log.warn({ id: doc.id, issues: parsed.error.issues.length }, 'reference document does not fit');
      return parsed.success ? [parsed.data as z.infer<(typeof referenceBodySchemas)[K]>] : [];
    });
  }
}
