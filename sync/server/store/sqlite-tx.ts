import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Collection, Envelope } from '../../../domain/documents.ts';
import type { Commit, QueryFilter } from './store.ts';

/** Prepared once per text. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #cache = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(sql: string): StatementSync {
    let statement = this.#cache.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#cache.set(sql, statement);
    }
    return statement;
  }
}

export function parseDoc(body: unknown): Envelope {
  return JSON.parse(String(body));
}

export function selectDoc(sql: Statements, hallId: string, collection: Collection, id: string): Envelope | null {
  const row = sql.get('SELECT body FROM docs WHERE hall_id=? AND collection=? AND id=?').get(hallId, collection, id);
  return row === undefined ? null : parseDoc(row.body);
}

const DEFAULT_LIMIT = 10_000;

export function selectDocs(sql: Statements, hallId: string, collection: Collection, filter: QueryFilter): Envelope[] {
  const where = ['hall_id=?', 'collection=?', 'deleted=0'];
  const values: SQLInputValue[] = [hallId, collection];
  const add = (clause: string, value: SQLInputValue) => {
    where.push(clause);
    values.push(value);
  };
  if (filter.kind !== undefined) add('kind=?', filter.kind);
  if (filter.day !== undefined) add('day=?', filter.day);
  if (filter.states !== undefined) add('state IN (SELECT value FROM json_each(?))', JSON.stringify(filter.states));
  const rows = sql
    .get(`SELECT body FROM docs WHERE ${where.join(' AND ')} ORDER BY id LIMIT ?`)
    .all(...values, filter.limit ?? DEFAULT_LIMIT);
  return rows.map((row) => parseDoc(row.body));
}

const UPSERT = `INSERT INTO docs(hall_id, collection, id, seq, kind, state, day, updated_at, updated_by, deleted, body, acked, unsent_since, received_at)
  VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT(hall_id, collection, id) DO UPDATE SET seq=excluded.seq, kind=excluded.kind, state=excluded.state, day=excluded.day,
    updated_at=excluded.updated_at, updated_by=excluded.updated_by, deleted=excluded.deleted, body=excluded.body,
    unsent_since=CASE WHEN docs.acked IS docs.updated_at THEN excluded.unsent_since ELSE docs.unsent_since END,
    acked=coalesce(excluded.acked, docs.acked), parked=NULL, received_at=excluded.received_at`;

export interface PutOptions {
  /** Upstream is known to have (or need never get) this very state; otherwise the state is unsent. */
  readonly acked?: boolean;
}

/** What the body of a transaction sees: its own writes included. Valid until the body returns. */
export interface StoreTx {
  get(collection: Collection, id: string): Envelope | null;
  query(collection: Collection, filter: QueryFilter): Envelope[];
  put(collection: Collection, doc: Envelope, options?: PutOptions): void;
  /** For tables of one's own (SqliteStore.ensureSchema), in the same transaction. */
  readonly db: DatabaseSync;
}

interface StreamWrites {
  readonly prevSeq: number;
  readonly documents: Map<string, Envelope>;
  seq: number;
}

/** One open transaction of one hall. `finish` writes the hall's new sequence and says what to announce after COMMIT. */
export class SqliteTx implements StoreTx {
  readonly db: DatabaseSync;
  readonly #sql: Statements;
  readonly #hallId: string;
  readonly #nowMs: number;
  readonly #streams = new Map<Collection, StreamWrites>();
  #seq: number;

  constructor(db: DatabaseSync, sql: Statements, hallId: string, nowMs: number) {
    this.db = db;
    this.#sql = sql;
    this.#hallId = hallId;
    this.#nowMs = nowMs;
    this.#seq = Number(sql.get('SELECT seq FROM halls WHERE hall_id=?').get(hallId)?.seq ?? 0);
  }

  get(collection: Collection, id: string): Envelope | null {
    return selectDoc(this.#sql, this.#hallId, collection, id);
  }

  query(collection: Collection, filter: QueryFilter): Envelope[] {
    return selectDocs(this.#sql, this.#hallId, collection, filter);
  }

  put(collection: Collection, doc: Envelope, options: PutOptions = {}): void {
    this.write(collection, doc, JSON.stringify(doc), options.acked === true ? doc.updatedAt : null);
  }

  /** `acked`: stamp that upstream is now known to have; null leaves what was known. */
  write(collection: Collection, doc: Envelope, json: string, acked: string | null): void {
    if (doc.hallId !== this.#hallId) throw new Error(`document of hall ${doc.hallId} in a transaction of ${this.#hallId}`);
    const stream = this.#stream(collection);
    this.#seq += 1;
    const { id, kind, state, day, updatedAt, updatedBy } = doc;
    this.#sql
      .get(UPSERT)
      .run(
        this.#hallId,
        collection,
        id,
        this.#seq,
        kind,
        state,
        day,
        updatedAt,
        updatedBy,
        doc._deleted ? 1 : 0,
        json,
        acked,
        this.#nowMs,
        this.#nowMs,
      );
    // Written twice: it stands once, at its later place.
    stream.documents.delete(id);
    stream.documents.set(id, doc);
    stream.seq = this.#seq;
  }

  finish(): Commit[] {
    if (this.#streams.size === 0) return [];
    this.#sql
      .get('INSERT INTO halls(hall_id, seq) VALUES(?, ?) ON CONFLICT(hall_id) DO UPDATE SET seq=excluded.seq')
      .run(this.#hallId, this.#seq);
    return [...this.#streams].map(([collection, { prevSeq, seq, documents }]) => ({
      hallId: this.#hallId,
      collection,
      prevSeq,
      seq,
      documents: [...documents.values()],
    }));
  }

  #stream(collection: Collection): StreamWrites {
    let stream = this.#streams.get(collection);
    if (stream === undefined) {
      const row = this.#sql.get('SELECT max(seq) AS seq FROM docs WHERE hall_id=? AND collection=?').get(this.#hallId, collection);
      stream = { prevSeq: Number(row?.seq ?? 0), seq: 0, documents: new Map() };
      this.#streams.set(collection, stream);
    }
    return stream;
  }
}
