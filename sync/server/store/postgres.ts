import { Pool, type PoolClient } from 'pg';
import type { Collection, Envelope } from '../../../domain/documents.ts';
import type { PushRow } from '../../protocol/wire.ts';
import type { Logger } from '../http/client.ts';
import { CommitFeed } from './commit-feed.ts';
import { preparePostgres } from './postgres-schema.ts';
import { type CheckedRow, checkRows, keptKey, keptText, outcomeOf, planPush, type RefusedRow } from './push.ts';
import type { Commit, DocumentStore, PullPage, PushOutcome, QueryFilter } from './store.ts';

// The store of a district.
//
//   push ── checkRows ── BEGIN ── lock the hall's row ── read masters ── planPush ── one multi-row upsert + halls.seq ── COMMIT ── onCommit
//                                     ▲ a push is decided in push.ts, while the hall's row is locked
//
// The row lock is held until COMMIT, so sequence order is commit order and no puller skips a late commit; a bare SQL sequence or a
// timestamp loses a fifth of the rows under load (research/sync.md §0.9). No transaction spans two halls.
// Within this process the writes of one hall also queue here, so that waiting for a busy hall takes no pool connection from the
// others, and commits are announced in order. Commits of another process on the same database are not announced (no
// LISTEN/NOTIFY: one district process is what we run); its clients would find the gap at the next commit and pull.

export interface PostgresStoreOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly wallMs?: () => number;
  readonly maxConnections?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_CONNECTIONS = 10;
const DEFAULT_LIMIT = 10_000;

const UPSERT = `INSERT INTO docs(hall_id, collection, id, seq, kind, state, day, updated_at, updated_by, deleted, body, received_at)
  SELECT $1, $2, r.id, r.seq, r.kind, r.state, r.day, r.updated_at, r.updated_by, r.deleted, r.body, $3
  FROM unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::text[])
    AS r(id, seq, kind, state, day, updated_at, updated_by, deleted, body)
  ON CONFLICT(hall_id, collection, id) DO UPDATE SET seq=excluded.seq, kind=excluded.kind, state=excluded.state, day=excluded.day,
    updated_at=excluded.updated_at, updated_by=excluded.updated_by, deleted=excluded.deleted, body=excluded.body, received_at=excluded.received_at`;

export class PostgresStore implements DocumentStore {
  readonly epoch: string;
  readonly #pool: Pool;
  readonly #wallMs: () => number;
  readonly #feed = new CommitFeed();
  /** End of each hall's queue of writes. */
  readonly #tails = new Map<string, Promise<unknown>>();

  private constructor(pool: Pool, epoch: string, wallMs: () => number) {
    this.#pool = pool;
    this.epoch = epoch;
    this.#wallMs = wallMs;
  }

  /** Connects and migrates. Throws StoreOpenError when a newer program wrote the database, and pg's error when it is away. */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const { databaseUrl, logger, wallMs = Date.now, maxConnections = DEFAULT_CONNECTIONS } = options;
    const pool = new Pool({ connectionString: databaseUrl, max: maxConnections, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    // An idle connection that the server ended; the pool makes another. Unhandled it would end the process.
    pool.on('error', (error) => logger.warn({ reason: error.message }, 'database connection lost'));
    try {
      return new PostgresStore(pool, await preparePostgres(pool), wallMs);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /** For reports; a read never needs the hall's lock. */
  get pool(): Pool {
    return this.#pool;
  }

  async get(hallId: string, collection: Collection, id: string): Promise<Envelope | null> {
    const { rows } = await this.#pool.query('SELECT body FROM docs WHERE hall_id=$1 AND collection=$2 AND id=$3', [hallId, collection, id]);
    return rows.length === 0 ? null : JSON.parse(rows[0].body);
  }

  async query(hallId: string, collection: Collection, filter: QueryFilter): Promise<readonly Envelope[]> {
    const where = ['hall_id=$1', 'collection=$2', 'NOT deleted'];
    const values: unknown[] = [hallId, collection];
    const add = (clause: (place: string) => string, value: unknown) => {
      values.push(value);
      where.push(clause(`$${values.length}`));
    };
    if (filter.kind !== undefined) add((place) => `kind=${place}`, filter.kind);
    if (filter.day !== undefined) add((place) => `day=${place}`, filter.day);
    if (filter.states !== undefined) add((place) => `state=ANY(${place}::text[])`, filter.states);
    values.push(filter.limit ?? DEFAULT_LIMIT);
    const { rows } = await this.#pool.query(
      `SELECT body FROM docs WHERE ${where.join(' AND ')} ORDER BY id LIMIT $${values.length}`,
      values,
    );
    return rows.map((row) => JSON.parse(row.body));
  }

  async pull(hallId: string, collection: Collection, afterSeq: number, limit: number): Promise<PullPage> {
    const { rows } = await this.#pool.query(
      'SELECT seq, body FROM docs WHERE hall_id=$1 AND collection=$2 AND seq>$3 ORDER BY seq LIMIT $4',
      [hallId, collection, afterSeq, limit],
    );
    return { documents: rows.map((row) => JSON.parse(row.body)), seq: Number(rows.at(-1)?.seq ?? afterSeq) };
  }

  push(hallId: string, collection: Collection, rows: readonly PushRow[], from: string): Promise<PushOutcome> {
    const { checked, refused } = checkRows(rows, { hallId, collection, nowMs: this.#wallMs() });
    return this.#write(hallId, collection, async (client) => {
      const plan = planPush(checked, await readMasters(client, hallId, collection, checked), collection);
      await this.#keepRefused(client, hallId, collection, [...refused, ...plan.refused], from);
      return { writes: plan.writes, result: outcomeOf(plan, refused) };
    });
  }

  async put(hallId: string, collection: Collection, docs: readonly Envelope[]): Promise<void> {
    const last = new Map(docs.map((doc) => [doc.id, { doc, json: JSON.stringify(doc) }]));
    const foreign = docs.find((doc) => doc.hallId !== hallId);
    if (foreign !== undefined) throw new Error(`document of hall ${foreign.hallId} in a write of ${hallId}`);
    await this.#write(hallId, collection, async () => ({ writes: [...last.values()], result: undefined }));
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.#feed.add(listener);
  }

  /** Rows of others that this server refused; `doc` is null when it was too large to keep. */
  async refused(hallId: string): Promise<readonly RefusedRow[]> {
    const { rows } = await this.#pool.query('SELECT id, error, doc FROM refused WHERE hall_id=$1 ORDER BY collection, id', [hallId]);
    return rows.map((row) => ({ id: row.id, error: JSON.parse(row.error), doc: row.doc === null ? null : JSON.parse(row.doc) }));
  }

  async readMeta(key: string): Promise<string | null> {
    const { rows } = await this.#pool.query('SELECT value FROM meta WHERE key=$1', [key]);
    return rows.length === 0 ? null : rows[0].value;
  }

  async writeMeta(key: string, value: string): Promise<void> {
    await this.#pool.query('INSERT INTO meta(key, value) VALUES($1, $2) ON CONFLICT(key) DO UPDATE SET value=excluded.value', [key, value]);
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#tails.values());
    if (!this.#pool.ended) await this.#pool.end();
  }

  #write<T>(hallId: string, collection: Collection, plan: (client: PoolClient) => Promise<Planned<T>>): Promise<T> {
    const before = this.#tails.get(hallId) ?? Promise.resolve();
    const done = before.then(() => this.#transact(hallId, collection, plan));
    const tail = done
      .catch(() => {})
      .then(() => {
        if (this.#tails.get(hallId) === tail) this.#tails.delete(hallId);
      });
    this.#tails.set(hallId, tail);
    return done;
  }

  async #transact<T>(hallId: string, collection: Collection, plan: (client: PoolClient) => Promise<Planned<T>>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    let commit: Commit | null = null;
    let result: T;
    try {
      await client.query('BEGIN');
      const seq = await lockHall(client, hallId);
      const planned = await plan(client);
      if (planned.writes.length > 0) commit = await this.#store(client, hallId, collection, seq, planned.writes);
      await client.query('COMMIT');
      result = planned.result;
    } catch (error) {
      broken = await rollback(client, error);
      throw error;
    } finally {
      client.release(broken);
    }
    if (commit !== null) this.#feed.announce([commit]);
    return result;
  }

  async #store(client: PoolClient, hallId: string, collection: Collection, seq: number, writes: readonly Write[]): Promise<Commit> {
    const last = await client.query('SELECT max(seq) AS seq FROM docs WHERE hall_id=$1 AND collection=$2', [hallId, collection]);
    const docs = writes.map(({ doc }) => doc);
    const end = seq + writes.length;
    await client.query({
      name: 'upsert-docs',
      text: UPSERT,
      values: [
        hallId,
        collection,
        this.#wallMs(),
        docs.map(({ id }) => id),
        docs.map((_, index) => seq + index + 1),
        docs.map(({ kind }) => kind),
        docs.map(({ state }) => state),
        docs.map(({ day }) => day),
        docs.map(({ updatedAt }) => updatedAt),
        docs.map(({ updatedBy }) => updatedBy),
        docs.map(({ _deleted }) => _deleted),
        writes.map(({ json }) => json),
      ],
    });
    await client.query('UPDATE halls SET seq=$2 WHERE hall_id=$1', [hallId, end]);
    return { hallId, collection, prevSeq: Number(last.rows[0].seq ?? 0), seq: end, documents: docs };
  }

  async #keepRefused(client: PoolClient, hallId: string, collection: Collection, rows: readonly RefusedRow[], from: string): Promise<void> {
    for (const { id, error, doc } of rows) {
      await client.query(
        `INSERT INTO refused(hall_id, collection, id, error, doc, sender, at) VALUES($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT(hall_id, collection, id) DO UPDATE SET error=excluded.error, doc=excluded.doc, sender=excluded.sender, at=excluded.at`,
        [hallId, collection, keptKey(id), JSON.stringify(error), keptText(doc), from, this.#wallMs()],
      );
    }
  }
}

type Write = Pick<CheckedRow, 'doc' | 'json'>;

interface Planned<T> {
  readonly writes: readonly Write[];
  readonly result: T;
}

/** The hall's sequence so far; nobody else writes to the hall until the transaction ends. */
async function lockHall(client: PoolClient, hallId: string): Promise<number> {
  const { rows } = await client.query(
    'INSERT INTO halls(hall_id, seq) VALUES($1, 0) ON CONFLICT(hall_id) DO UPDATE SET seq=halls.seq RETURNING seq',
    [hallId],
  );
  return Number(rows[0].seq);
}

async function readMasters(
  client: PoolClient,
  hallId: string,
  collection: Collection,
  checked: readonly CheckedRow[],
): Promise<Map<string, Envelope>> {
  const { rows } = await client.query('SELECT id, body FROM docs WHERE hall_id=$1 AND collection=$2 AND id=ANY($3::text[])', [
    hallId,
    collection,
    checked.map(({ doc }) => doc.id),
  ]);
  return new Map(rows.map((row) => [row.id, JSON.parse(row.body)]));
}

/** A connection that cannot even roll back is thrown away. */
async function rollback(client: PoolClient, cause: unknown): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}
