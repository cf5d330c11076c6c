import type { DatabaseSync } from 'node:sqlite';
import type { Collection, Envelope } from '../../../domain/documents.ts';
import type { Failure } from '../../../domain/result.ts';
import type { Checkpoint, PushRow } from '../../protocol/wire.ts';
import { CommitFeed } from './commit-feed.ts';
import { checkRows, keptKey, keptText, outcomeOf, planPush, type RefusedRow } from './push.ts';
import { applyMigrations, openDatabase } from './sqlite-schema.ts';
import { parseDoc, SqliteTx, Statements, type StoreTx, selectDoc, selectDocs } from './sqlite-tx.ts';
import type { Commit, DocumentStore, OutboxRow, OutboxSummary, PullPage, PushOutcome, QueryFilter } from './store.ts';

// The store of a station (ledger), a hub and a small district.
//
//   transact ── BEGIN IMMEDIATE ── SqliteTx.put: seq = hall's seq + 1 ── halls.seq ── COMMIT (fsync) ── onCommit
//                                      ▲
//   push ────── checkRows, planPush ───┤   a push is decided in push.ts, inside this transaction
//   applyPulled (from upstream) ───────┤   a local unsent state is never overwritten
//   resolveConflict (own merge) ───────┘
//
// Towards upstream each row carries `acked`, the stamp that upstream is known to have: `acked IS NOT updated_at` is unsent.
// `parked` is the reason why upstream will never take that state; a newer state of the row is tried again.
// All writes are synchronous on the one thread, so nothing comes between a read and the write that depends on it.

export interface SqliteStoreOptions {
  readonly path: string;
  readonly wallMs?: () => number;
}

export interface ParkedRow {
  readonly hallId: string;
  readonly collection: Collection;
  readonly doc: Envelope;
  readonly reason: Failure;
}

/** What a 2xx answer said about the states that were sent. */
export interface PushSettlement {
  readonly acked: readonly { readonly id: string; readonly stamp: string }[];
  readonly parked: readonly { readonly id: string; readonly stamp: string; readonly reason: Failure }[];
}

const UNSENT = 'acked IS NOT updated_at AND parked IS NULL';

export class SqliteStore implements DocumentStore {
  readonly epoch: string;
  /** For tables of one's own outside a transaction (reads, ensureSchema). Never write `docs` through it. */
  readonly db: DatabaseSync;
  readonly #sql: Statements;
  readonly #wallMs: () => number;
  readonly #feed = new CommitFeed();
  #tx: SqliteTx | null = null;

  /** Opens or creates the database. Throws StoreOpenError when it is damaged or was written by a newer program. */
  constructor(options: SqliteStoreOptions) {
    const { db, epoch } = openDatabase(options.path);
    this.db = db;
    this.epoch = epoch;
    this.#wallMs = options.wallMs ?? Date.now;
    this.#sql = new Statements(db);
  }

  /** One durable transaction of one hall. A throw rolls back and passes on. Not re-entrant. */
  transact<T>(hallId: string, fn: (tx: StoreTx) => T): T {
    return this.#write(hallId, fn);
  }

  getSync(hallId: string, collection: Collection, id: string): Envelope | null {
    return selectDoc(this.#sql, hallId, collection, id);
  }

  querySync(hallId: string, collection: Collection, filter: QueryFilter): Envelope[] {
    return selectDocs(this.#sql, hallId, collection, filter);
  }

  async get(hallId: string, collection: Collection, id: string): Promise<Envelope | null> {
    return this.getSync(hallId, collection, id);
  }

  async query(hallId: string, collection: Collection, filter: QueryFilter): Promise<readonly Envelope[]> {
    return this.querySync(hallId, collection, filter);
  }

  async pull(hallId: string, collection: Collection, afterSeq: number, limit: number): Promise<PullPage> {
    const rows = this.#sql
      .get('SELECT seq, body FROM docs WHERE hall_id=? AND collection=? AND seq>? ORDER BY seq LIMIT ?')
      .all(hallId, collection, afterSeq, limit);
    return { documents: rows.map((row) => parseDoc(row.body)), seq: Number(rows.at(-1)?.seq ?? afterSeq) };
  }

  async push(hallId: string, collection: Collection, rows: readonly PushRow[], from: string): Promise<PushOutcome> {
    const { checked, refused } = checkRows(rows, { hallId, collection, nowMs: this.#wallMs() });
    return this.#write(hallId, (tx) => {
      const masters = new Map<string, Envelope>();
      for (const { doc } of checked) {
        const master = tx.get(collection, doc.id);
        if (master !== null) masters.set(doc.id, master);
      }
      const plan = planPush(checked, masters, collection);
      for (const { doc, json } of plan.writes) tx.write(collection, doc, json, null);
      this.#keepRefused(hallId, collection, [...refused, ...plan.refused], from);
      return outcomeOf(plan, refused);
    });
  }

  async put(hallId: string, collection: Collection, docs: readonly Envelope[]): Promise<void> {
    this.#write(hallId, (tx) => {
      for (const doc of docs) tx.put(collection, doc);
    });
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.#feed.add(listener);
  }

  /** A page from upstream with its checkpoint. A local unsent or parked state stays: its own push decides. */
  applyPulled(hallId: string, collection: Collection, docs: readonly Envelope[], checkpoint: Checkpoint): void {
    this.#write(hallId, (tx) => {
      for (const doc of docs) this.#takePulled(tx, hallId, collection, doc);
      this.#sql
        .get(
          'INSERT INTO upstream(hall_id, collection, epoch, seq) VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET epoch=excluded.epoch, seq=excluded.seq',
        )
        .run(hallId, collection, checkpoint.epoch, checkpoint.seq);
    });
  }

  upstreamCheckpoint(hallId: string, collection: Collection): Checkpoint | null {
    const row = this.#sql.get('SELECT epoch, seq FROM upstream WHERE hall_id=? AND collection=?').get(hallId, collection);
    return row === undefined ? null : { epoch: String(row.epoch), seq: Number(row.seq) };
  }

  /** Upstream is another database now: what it had acknowledged it may have lost, so all of the streams is unsent again. */
  forgetUpstream(hallId: string, collections: readonly Collection[]): void {
    this.#write(hallId, () => {
      for (const collection of collections) {
        this.#sql
          .get('UPDATE docs SET acked=NULL, unsent_since=? WHERE hall_id=? AND collection=? AND acked IS NOT NULL')
          .run(this.#wallMs(), hallId, collection);
      }
    });
  }

  /** Oldest first over all of the collections. */
  outbox(hallId: string, collections: readonly Collection[], limit: number): OutboxRow[] {
    const found = collections.flatMap((collection) =>
      this.#sql
        .get(`SELECT seq, acked, body FROM docs INDEXED BY docs_unsent WHERE hall_id=? AND collection=? AND ${UNSENT} ORDER BY seq LIMIT ?`)
        .all(hallId, collection, limit)
        .map((row) => ({
          seq: Number(row.seq),
          acked: row.acked === null ? null : String(row.acked),
          body: row.body,
          collection,
        })),
    );
    return found
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit)
      .map(({ collection, acked, body }) => ({ collection, acked, doc: parseDoc(body) }));
  }

  /** Upstream has this state. */
  ack(hallId: string, collection: Collection, id: string, stamp: string): void {
    this.settlePush(hallId, collection, { acked: [{ id, stamp }], parked: [] });
  }

  /** Upstream will never take the present state of the document. */
  park(hallId: string, collection: Collection, id: string, reason: Failure): void {
    const stamp = this.getSync(hallId, collection, id)?.updatedAt;
    if (stamp !== undefined) this.settlePush(hallId, collection, { acked: [], parked: [{ id, stamp, reason }] });
  }

  /** Many at once: one fsync. A row that was written again meanwhile is not parked, and stays unsent. */
  settlePush(hallId: string, collection: Collection, settlement: PushSettlement): void {
    this.#write(hallId, () => {
      const ack = this.#sql.get(
        'UPDATE docs SET acked=?, parked=NULL WHERE hall_id=? AND collection=? AND id=? AND acked IS NOT updated_at',
      );
      for (const { id, stamp } of settlement.acked) ack.run(stamp, hallId, collection, id);
      const park = this.#sql.get('UPDATE docs SET parked=? WHERE hall_id=? AND collection=? AND id=? AND updated_at=?');
      for (const { id, stamp, reason } of settlement.parked) park.run(JSON.stringify(reason), hallId, collection, id, stamp);
    });
  }

  /** Parked rows get another chance, e.g. after an upgrade of either side. */
  unpark(hallId: string, collections: readonly Collection[]): void {
    this.#write(hallId, () => {
      for (const collection of collections) {
        this.#sql.get('UPDATE docs SET parked=NULL WHERE hall_id=? AND collection=? AND parked IS NOT NULL').run(hallId, collection);
      }
    });
  }

  /**
   * Upstream holds `master`, not what we assumed. `merge` gets the present local state and returns the state both sides shall
   * have, with a fresh stamp, or `master` itself when nothing of ours is to be added.
   */
  resolveConflict(hallId: string, collection: Collection, master: Envelope, merge: (local: Envelope) => Envelope): void {
    this.#write(hallId, (tx) => {
      const local = tx.get(collection, master.id);
      const merged = local === null || local.updatedAt === master.updatedAt ? master : merge(local);
      if (local?.updatedAt === merged.updatedAt) this.#markAcked(hallId, collection, master);
      else tx.write(collection, merged, JSON.stringify(merged), master.updatedAt);
    });
  }

  outboxSummary(hallIds: readonly string[], collections: readonly Collection[]): OutboxSummary {
    let summary: OutboxSummary = { count: 0, oldestAt: null, parked: 0 };
    for (const hallId of hallIds) for (const collection of collections) summary = add(summary, this.#summary(hallId, collection));
    return summary;
  }

  parked(): ParkedRow[] {
    const rows = this.#sql
      .get('SELECT hall_id, collection, parked, body FROM docs WHERE parked IS NOT NULL ORDER BY hall_id, collection, seq')
      .all();
    return rows.map((row) => ({
      hallId: String(row.hall_id),
      collection: String(row.collection) as Collection,
      doc: parseDoc(row.body),
      reason: JSON.parse(String(row.parked)),
    }));
  }

  /** Rows of others that this server refused; `doc` is null when it was too large to keep. */
  async refused(hallId: string): Promise<readonly RefusedRow[]> {
    const rows = this.#sql.get('SELECT id, error, doc FROM refused WHERE hall_id=? ORDER BY collection, id').all(hallId);
    return rows.map((row) => ({
      id: String(row.id),
      error: JSON.parse(String(row.error)),
      doc: row.doc === null ? null : JSON.parse(String(row.doc)),
    }));
  }

  getMeta(key: string): string | null {
    const row = this.#sql.get('SELECT value FROM meta WHERE key=?').get(key);
    return row === undefined ? null : String(row.value);
  }

  /** Durable when it returns; inside `transact` it is part of the transaction. */
  setMeta(key: string, value: string): void {
    this.#sql.get('INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value=excluded.value').run(key, value);
  }

  async readMeta(key: string): Promise<string | null> {
    return this.getMeta(key);
  }

  async writeMeta(key: string, value: string): Promise<void> {
    this.setMeta(key, value);
  }

  /** Tables of one part of the program; forward-only like the store's own. Call once after opening. */
  ensureSchema(name: string, migrations: readonly string[]): void {
    const key = `schema:${name}`;
    applyMigrations(this.db, migrations, Number(this.getMeta(key) ?? 0), (version) => this.setMeta(key, String(version)));
  }

  async close(): Promise<void> {
    if (this.db.isOpen) this.db.close();
  }

  #write<T>(hallId: string, fn: (tx: SqliteTx) => T): T {
    if (this.#tx !== null) throw new Error('a transaction is open: transact is not re-entrant');
    this.db.exec('BEGIN IMMEDIATE');
    let result: T;
    let commits: Commit[];
    try {
      this.#tx = new SqliteTx(this.db, this.#sql, hallId, this.#wallMs());
      result = fn(this.#tx);
      commits = this.#tx.finish();
      this.db.exec('COMMIT');
    } catch (error) {
      // SQLite itself has rolled back after some errors (disk full).
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#tx = null;
    }
    this.#feed.announce(commits);
    return result;
  }

  #takePulled(tx: SqliteTx, hallId: string, collection: Collection, doc: Envelope): void {
    const row = this.#sql
      .get('SELECT updated_at, acked FROM docs WHERE hall_id=? AND collection=? AND id=?')
      .get(hallId, collection, doc.id);
    if (row?.updated_at === doc.updatedAt) this.#markAcked(hallId, collection, doc);
    else if (row === undefined || row.acked === row.updated_at) tx.write(collection, doc, JSON.stringify(doc), doc.updatedAt);
  }

  #markAcked(hallId: string, collection: Collection, doc: Envelope): void {
    this.#sql
      .get('UPDATE docs SET acked=?, parked=NULL WHERE hall_id=? AND collection=? AND id=? AND updated_at=?')
      .run(doc.updatedAt, hallId, collection, doc.id, doc.updatedAt);
  }

  #keepRefused(hallId: string, collection: Collection, rows: readonly RefusedRow[], from: string): void {
    for (const { id, error, doc } of rows) {
      this.#sql
        .get(
          `INSERT INTO refused(hall_id, collection, id, error, doc, sender, at) VALUES(?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET error=excluded.error, doc=excluded.doc, sender=excluded.sender, at=excluded.at`,
        )
        .run(hallId, collection, keptKey(id), JSON.stringify(error), keptText(doc), from, this.#wallMs());
    }
  }

  #summary(hallId: string, collection: Collection): OutboxSummary {
    const unsent = this.#sql
      .get(
        `SELECT count(*) AS n, min(unsent_since) AS oldest FROM docs INDEXED BY docs_unsent WHERE hall_id=? AND collection=? AND ${UNSENT}`,
      )
      .get(hallId, collection);
    const parked = this.#sql
      .get('SELECT count(*) AS n FROM docs WHERE hall_id=? AND collection=? AND parked IS NOT NULL')
      .get(hallId, collection);
    const oldest = unsent?.oldest;
    return { count: Number(unsent?.n), oldestAt: typeof oldest === 'number' ? oldest : null, parked: Number(parked?.n) };
  }
}

function add(a: OutboxSummary, b: OutboxSummary): OutboxSummary {
  const ages = [a.oldestAt, b.oldestAt].filter((at) => at !== null);
  return { count: a.count + b.count, oldestAt: ages.length === 0 ? null : Math.min(...ages), parked: a.parked + b.parked };
}
