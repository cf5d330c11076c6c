import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Envelope } from '../../domain/documents.ts';
import type { PushRow } from '../../sync/protocol/wire.ts';
import { openStore } from '../../sync/server/store/open.ts';
import type { PostgresStore } from '../../sync/server/store/postgres.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import type { Commit, DocumentStore } from '../../sync/server/store/store.ts';
import { changed, event, rating, review, ticket } from '../support/documents.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { captureLog, freshDir, HALL, removeDir } from '../support/tier.ts';

interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** Opens the same database again each time. */
  open(): Promise<SqliteStore | PostgresStore>;
  /** Marks the database as written by a later program. */
  makeNewer(): Promise<void>;
}

let postgres: Postgres;
let dir: string;
let databaseUrl: string;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  dir = freshDir();
  databaseUrl = await postgres.createDatabase();
});
afterEach(() => removeDir(dir));

const { logger } = captureLog();
const ENGINES: readonly Engine[] = [
  {
    name: 'sqlite',
    open: () => openStore({ databaseUrl: null, dataDir: dir, logger }),
    makeNewer: async () => {
      const db = new DatabaseSync(join(dir, 'bianmin.db'));
      db.exec('PRAGMA user_version=99');
      db.close();
    },
  },
  {
    name: 'postgres',
    open: () => openStore({ databaseUrl, dataDir: dir, logger }),
    makeNewer: async () => {
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query("UPDATE meta SET value='99' WHERE key='version'");
      await client.end();
    },
  },
];

const row = (doc: unknown, assumed: Envelope | null = null): PushRow => ({
  newDocumentState: doc as PushRow['newDocumentState'],
  assumedMasterState: assumed === null ? null : { updatedAt: assumed.updatedAt },
});
const push = (store: DocumentStore, rows: readonly PushRow[]) => store.push(HALL, 'reviews', rows, 'desk-1');
const CLEAN = { conflicts: [], rejected: [] };

describe.each(ENGINES)('$name', (engine) => {
  let store: SqliteStore | PostgresStore;
  beforeEach(async () => {
    store = await engine.open();
  });
  afterEach(() => store.close());

  test('a push is compare-and-set by stamp', async () => {
    const first = review({ body: { text: '一' } });
    expect(await push(store, [row(first)])).toEqual(CLEAN);
    const second = changed(first, { state: 'closed' });
    expect(await push(store, [row(second, first)])).toEqual(CLEAN);
    const late = changed(first, { state: 'late' });
    expect(await push(store, [row(late, first)])).toEqual({ conflicts: [second], rejected: [] });
    expect(await push(store, [row(review({ id: first.id }))])).toEqual({ conflicts: [second], rejected: [] });
    expect(await store.get(HALL, 'reviews', first.id)).toEqual(second);
  });

  test('a push whose answer was lost may be repeated, also when it is not the newest of its batch', async () => {
    const first = review();
    const second = changed(first, { state: 'b' });
    const commits: Commit[] = [];
    store.onCommit((commit) => commits.push(commit));
    expect(await push(store, [row(first), row(second, first)])).toEqual(CLEAN);
    expect(await push(store, [row(second, first)])).toEqual(CLEAN);
    expect(await push(store, [row({ ...second, state: 'forged' }, first)])).toMatchObject({
      rejected: [{ id: first.id, error: { code: 'STAMP_REUSED' } }],
    });
    expect(commits).toHaveLength(1);
    expect(commits[0]).toMatchObject({ hallId: HALL, collection: 'reviews', prevSeq: 0, seq: 1 });
    expect(commits[0]?.documents).toEqual([second]);
  });

  test('a state whose assumed master this server lost is taken', async () => {
    const gone = review();
    const next = changed(gone, { state: 'b' });
    expect(await push(store, [row(next, gone)])).toEqual(CLEAN);
    expect(await store.get(HALL, 'reviews', gone.id)).toEqual(next);
  });

  test('unknown fields, text of any script and four-byte characters survive', async () => {
    const doc = { ...review({ body: { text: '便民𠮷🏛\u0000 ok', later: { deep: [null, { x: 1.5 }] } } }), futureField: { a: ['b'] } };
    expect(await push(store, [row(doc)])).toEqual(CLEAN);
    expect(await store.get(HALL, 'reviews', doc.id)).toEqual(doc);
    const withClash = ticket({ body: { clashes: [{ commandId: 'c', kind: 'call', stationId: 'desk-2', at: 3, futureNested: true }] } });
    expect(await store.push(HALL, 'tickets', [row(withClash)], 'hub')).toEqual(CLEAN);
    expect(await store.get(HALL, 'tickets', withClash.id)).toEqual(withClash);
  });

  test('a tombstone travels in the stream and is left out of queries', async () => {
    const doc = review();
    await push(store, [row(doc)]);
    const tombstone = changed(doc, { deleted: true });
    await push(store, [row(tombstone, doc)]);
    expect(await store.query(HALL, 'reviews', {})).toEqual([]);
    expect((await store.pull(HALL, 'reviews', 0, 10)).documents).toEqual([tombstone]);
  });

  test('queries filter by kind, states and day, in order of id', async () => {
    const docs = [
      review({ id: 'b', kind: 'k1', state: 's1', day: '2026-03-02' }),
      review({ id: 'a', kind: 'k1', state: 's2', day: '2026-03-02' }),
      review({ id: 'C', kind: 'k1', state: 's3', day: '2026-03-03' }),
      review({ id: '中', kind: 'k2', state: 's1', day: '' }),
    ];
    await store.put(HALL, 'reviews', docs);
    const ids = async (filter: Parameters<DocumentStore['query']>[2]) => (await store.query(HALL, 'reviews', filter)).map(({ id }) => id);
    expect(await ids({})).toEqual(['C', 'a', 'b', '中']);
    expect(await ids({ kind: 'k1', states: ['s1', 's2'] })).toEqual(['a', 'b']);
    expect(await ids({ day: '2026-03-03' })).toEqual(['C']);
    expect(await ids({ states: [] })).toEqual([]);
    expect(await ids({ limit: 2 })).toEqual(['C', 'a']);
    expect(await store.query('hall-2', 'reviews', {})).toEqual([]);
  });

  test('pages are in commit order, each document once at its latest place, and other streams do not disturb', async () => {
    const docs = Array.from({ length: 7 }, (_, i) => review({ id: `d-${i}` }));
    const commits: Commit[] = [];
    store.onCommit((commit) => commits.push(commit));
    await store.put(HALL, 'reviews', docs.slice(0, 4));
    await store.put(HALL, 'tickets', [ticket()]);
    await store.put(HALL, 'reviews', docs.slice(4));
    const moved = changed(docs[1] as Envelope, { state: 'moved' });
    await store.put(HALL, 'reviews', [moved]);
    const seen: string[] = [];
    let after = 0;
    for (;;) {
      const page = await store.pull(HALL, 'reviews', after, 3);
      seen.push(...page.documents.map(({ id }) => id));
      after = page.seq;
      if (page.documents.length < 3) break;
    }
    expect(seen).toEqual(['d-0', 'd-2', 'd-3', 'd-4', 'd-5', 'd-6', 'd-1']);
    expect(await store.pull(HALL, 'reviews', after, 3)).toEqual({ documents: [], seq: after });
    const reviews = commits.filter(({ collection }) => collection === 'reviews');
    expect(reviews.map(({ prevSeq, seq }) => [prevSeq, seq])).toEqual([
      [0, 4],
      [4, 8],
      [8, 9],
    ]);
    expect(after).toBe(9);
  });

  test('a row that can never be accepted is named with its reason and kept; the rest of the batch is stored', async () => {
    const cyclicDepth: Record<string, unknown> = {};
    let deep = cyclicDepth;
    for (let i = 0; i < 20_000; i++) {
      const next: Record<string, unknown> = {};
      deep.a = next;
      deep = next;
    }
    const bad: readonly (readonly [string, unknown, string])[] = [
      ['wrong-hall', review({ id: 'wrong-hall', hallId: 'hall-2' }), 'WRONG_HALL'],
      ['no-body', { id: 'no-body' }, 'INVALID_DOCUMENT'],
      ['too-large', review({ id: 'too-large', body: { text: '大'.repeat(30_000) } }), 'DOCUMENT_TOO_LARGE'],
      ['too-deep', review({ id: 'too-deep', body: cyclicDepth }), 'INVALID_DOCUMENT|DOCUMENT_TOO_LARGE'],
      ['future', { ...review({ id: 'future' }), updatedAt: '9999999999999-0000-desk-1' }, 'CLOCK_DRIFT'],
      ['nul-\u0000', review({ id: 'nul-\u0000' }), 'INVALID_DOCUMENT'],
      ['lone-\ud800', review({ id: 'lone-\ud800' }), 'INVALID_DOCUMENT'],
      ['kind', review({ id: 'kind', kind: 'a\u0000b' }), 'INVALID_DOCUMENT'],
      ['x'.repeat(121), review({ id: 'x'.repeat(121) }), 'INVALID_DOCUMENT'],
    ];
    const good = [review({ id: 'good-1' }), review({ id: 'good-2' })];
    const outcome = await push(store, [row(good[0]), ...bad.map(([, doc]) => row(doc)), row(good[1])]);
    expect(outcome.conflicts).toEqual([]);
    expect(outcome.rejected.map(({ id }) => id)).toEqual(bad.map(([id]) => id));
    for (const [index, { error }] of outcome.rejected.entries()) {
      expect(bad[index]?.[2].split('|')).toContain(error.code);
      expect(error.message).toMatch(/[\u4e00-\u9fff].*。$/);
    }
    expect(await store.query(HALL, 'reviews', {})).toEqual(good);
    expect(await store.refused(HALL)).toHaveLength(bad.length);
  });

  test('bodies are checked by collection, and events and ratings cannot be changed or deleted', async () => {
    const given = rating();
    expect(await store.push(HALL, 'ratings', [row(given)], 'desk-1')).toEqual(CLEAN);
    const better = changed(given, { body: { level: 'VERY_SATISFIED' } });
    const erased = { ...changed(given, { deleted: true }) };
    for (const doc of [better, erased]) {
      expect((await store.push(HALL, 'ratings', [row(doc, given)], 'desk-1')).rejected).toMatchObject([
        { id: given.id, error: { code: 'IMMUTABLE' } },
      ]);
    }
    expect(await store.get(HALL, 'ratings', given.id)).toEqual(given);
    expect((await store.push(HALL, 'ratings', [row(rating({ body: { level: 'GREAT' } }))], 'x')).rejected).toMatchObject([
      { error: { code: 'INVALID_DOCUMENT', detail: { path: 'level' } } },
    ]);
    expect((await store.push(HALL, 'events', [row(event({ body: { n: 0 } }))], 'x')).rejected).toHaveLength(1);
    expect((await store.push(HALL, 'tickets', [row(ticket({ state: 'flying' }))], 'x')).rejected).toMatchObject([
      { error: { detail: { path: 'state' } } },
    ]);
    expect((await store.push(HALL, 'reference', [row(review({ kind: 'constructor' }))], 'x')).rejected).toMatchObject([
      { error: { detail: { path: 'kind' } } },
    ]);
  });

  test('eight writers at once: a puller that follows never misses a document, and commits are announced without a gap', async () => {
    const WRITERS = 8;
    const EACH = 40;
    const streams = new Map<string, number>();
    store.onCommit(({ hallId, collection, prevSeq, seq }) => {
      const key = `${hallId} ${collection}`;
      expect(prevSeq).toBe(streams.get(key) ?? 0);
      streams.set(key, seq);
    });
    let writing = true;
    const pulled = new Map<string, Envelope>();
    const puller = (async () => {
      let after = 0;
      for (let last = false; ; ) {
        const page = await store.pull(HALL, 'reviews', after, 25);
        for (const doc of page.documents) pulled.set(doc.id, doc);
        after = page.seq;
        if (page.documents.length > 0) continue;
        if (last) return;
        last = !writing;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const writer = async (w: number) => {
      for (let i = 0; i < EACH; i++) {
        const doc = review({ id: `w${w}-${i}`, station: `desk-${w}` });
        expect(await push(store, [row(doc)])).toEqual(CLEAN);
        if (i % 3 === 0) expect(await push(store, [row(changed(doc, { state: 'again' }), doc)])).toEqual(CLEAN);
        if (i % 5 === 0) await store.put('hall-2', 'reviews', [review({ hallId: 'hall-2' })]);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, w) => writer(w)));
    writing = false;
    await puller;
    expect([...pulled.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(await store.query(HALL, 'reviews', {}));
    expect(pulled.size).toBe(WRITERS * EACH);
    expect((await store.query('hall-2', 'reviews', {})).length).toBe(WRITERS * (EACH / 5));
  });

  test('of many that claim the same document one wins', async () => {
    const doc = review();
    await push(store, [row(doc)]);
    const claims = Array.from({ length: 8 }, (_, i) => changed(doc, { state: `claimed-${i}`, station: `desk-${i}` }));
    const outcomes = await Promise.all(claims.map((claim) => push(store, [row(claim, doc)])));
    const winners = outcomes.filter(({ conflicts }) => conflicts.length === 0);
    expect(winners).toHaveLength(1);
    const master = await store.get(HALL, 'reviews', doc.id);
    for (const { conflicts } of outcomes) if (conflicts.length > 0) expect(conflicts).toEqual([master]);
  });

  test('a restart keeps documents, sequence, epoch and meta', async () => {
    const docs = Array.from({ length: 20 }, () => review());
    await push(
      store,
      docs.map((doc) => row(doc)),
    );
    await store.writeMeta('k', 'v');
    const before = await store.pull(HALL, 'reviews', 0, 100);
    const { epoch } = store;
    await store.close();
    store = await engine.open();
    expect(store.epoch).toBe(epoch);
    expect(await store.pull(HALL, 'reviews', 0, 100)).toEqual(before);
    expect(await store.readMeta('k')).toBe('v');
    await store.put(HALL, 'reviews', [review({ id: 'next' })]);
    expect(await store.pull(HALL, 'reviews', before.seq, 10)).toMatchObject({ documents: [{ id: 'next' }], seq: before.seq + 1 });
  });

  test('a database that a later program wrote is refused in words', async () => {
    await store.close();
    await engine.makeNewer();
    await expect(engine.open()).rejects.toMatchObject({
      failure: { code: 'DATABASE_NEWER', message: expect.stringContaining('新版程序') },
    });
  });
});

describe('sqlite only', () => {
  const open = () => new SqliteStore({ path: join(dir, 'ledger.db') });

  test('a transaction that throws leaves nothing, announces nothing and is not re-entrant', async () => {
    const store = open();
    let commits = 0;
    store.onCommit(() => {
      commits += 1;
    });
    expect(() =>
      store.transact(HALL, (tx) => {
        tx.put('reviews', review({ id: 'a' }));
        expect(tx.get('reviews', 'a')).not.toBeNull();
        throw new Error('half way');
      }),
    ).toThrow('half way');
    expect(() => store.transact(HALL, () => store.transact(HALL, () => 1))).toThrow('re-entrant');
    expect(store.querySync(HALL, 'reviews', {})).toEqual([]);
    store.transact(HALL, (tx) => tx.put('reviews', review({ id: 'a' })));
    expect(commits).toBe(1);
    await store.close();
  });

  test('commits of one transaction over several collections come after COMMIT, and a listener may write', async () => {
    const store = open();
    const seen: string[] = [];
    store.onCommit(({ collection }) => {
      expect(store.db.isTransaction).toBe(false);
      if (collection === 'tickets') store.transact(HALL, (tx) => tx.put('ratings', rating()));
    });
    store.onCommit(({ collection, seq }) => seen.push(`${collection} ${seq}`));
    store.transact(HALL, (tx) => {
      tx.put('tickets', ticket());
      tx.put('events', event());
    });
    expect(seen).toEqual(['tickets 1', 'events 2', 'ratings 3']);
    await store.close();
  });

  test('a file that is not a database, or is damaged, is refused in words and left as it is', async () => {
    const path = join(dir, 'ledger.db');
    writeFileSync(path, 'not a database, but long enough to be read as the header of one.'.repeat(20));
    expect(open).toThrow(/DATABASE_DAMAGED/);
  });

  test("an own schema is migrated forward once, in the store's file", async () => {
    const store = open();
    store.ensureSchema('queue', ['CREATE TABLE queue(id TEXT)']);
    store.ensureSchema('queue', ['CREATE TABLE queue(id TEXT)', 'ALTER TABLE queue ADD COLUMN n INTEGER']);
    store.transact(HALL, (tx) => tx.db.prepare('INSERT INTO queue(id, n) VALUES(?, ?)').run('a', 1));
    expect(store.db.prepare('SELECT n FROM queue').get()).toEqual({ n: 1 });
    await store.close();
  });
});

test('postgres that crashes keeps what it acknowledged, and the store comes back by itself', async () => {
  const store = await openStore({ databaseUrl, dataDir: dir, logger });
  const docs = Array.from({ length: 50 }, () => review());
  for (const doc of docs) await store.put(HALL, 'reviews', [doc]);
  await postgres.restart('immediate');
  const found = await store.pull(HALL, 'reviews', 0, 100);
  expect(found.documents).toEqual(docs);
  expect(await push(store, [row(review())])).toEqual(CLEAN);
  await store.close();
});

test('postgres: writers in several processes hold the row lock, so a puller misses nothing', async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ databaseUrl, dataDir: dir, logger })));
  let writing = true;
  const pulled = new Set<string>();
  const puller = (async () => {
    const [reader] = stores;
    for (let after = 0, last = false; reader !== undefined; ) {
      const page = await reader.pull(HALL, 'reviews', after, 25);
      for (const { id } of page.documents) pulled.add(id);
      after = page.seq;
      if (page.documents.length > 0) continue;
      if (last) return;
      last = !writing;
    }
  })();
  const writers = Array.from({ length: 8 }, async (_, w) => {
    for (let i = 0; i < 30; i++) expect(await push(stores[w % 4] as DocumentStore, [row(review({ id: `w${w}-${i}` }))])).toEqual(CLEAN);
  });
  await Promise.all(writers);
  writing = false;
  await puller;
  expect(pulled.size).toBe(240);
  expect((await stores[0]?.pull(HALL, 'reviews', 0, 1000))?.seq).toBe(240);
  for (const store of stores) await store.close();
});
