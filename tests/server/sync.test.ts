import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Envelope } from '../../domain/documents.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import type { Credentials } from '../../sync/server/upstream/http.ts';
import { changed, event, rating, review, ticket } from '../support/documents.ts';
import { LinkProxy } from '../support/link-proxy.ts';
import { DESK_STREAMS, enrol, freshDir, HALL, removeDir, startTier, startUpstream, type Tier } from '../support/tier.ts';
import { until } from '../support/until.ts';

const DESK = { stationId: 'desk-1', role: 'desk' } as const;
const DESK2 = { stationId: 'desk-2', role: 'desk' } as const;

let dir: string;
let closers: (() => Promise<void>)[];
let hub: Tier;
let hubStore: SqliteStore;
let proxy: LinkProxy;

const open = (name: string): SqliteStore => {
  const store = new SqliteStore({ path: join(dir, `${name}.db`) });
  closers.unshift(() => store.close());
  return store;
};

const connect = (store: SqliteStore, credentials: Credentials, options: Partial<Parameters<typeof startUpstream>[0]> = {}) => {
  const started = startUpstream({ store, url: proxy.url, streams: DESK_STREAMS, credentials, ...options });
  closers.unshift(() => started.upstream.close());
  return started;
};

const unsent = (store: SqliteStore) => store.outboxSummary([HALL], ['reviews', 'events', 'ratings', 'cases']).count;

beforeEach(async () => {
  dir = freshDir();
  closers = [];
  hubStore = open('hub');
  hub = await startTier(hubStore, [DESK, DESK2]);
  closers.unshift(() => hub.close());
  proxy = await LinkProxy.start(hub.port);
  closers.unshift(() => proxy.close());
});

afterEach(async () => {
  for (const close of closers) await close();
  removeDir(dir);
});

describe('two tiers', () => {
  test('what one station writes arrives at the hub and at the other station, live', async () => {
    const [a, b] = [open('a'), open('b')];
    const first = connect(a, await enrol(proxy.url, DESK));
    connect(b, await enrol(proxy.url, DESK2));
    const doc = review({ body: { text: '窗口没有人', extra: { nested: [1, { unknown: true }] } } });
    await a.put(HALL, 'reviews', [doc]);
    await until('second station has it', () => b.getSync(HALL, 'reviews', doc.id) !== null);
    expect(b.getSync(HALL, 'reviews', doc.id)).toEqual(doc);
    expect(hubStore.getSync(HALL, 'reviews', doc.id)).toEqual(doc);
    const next = changed(doc, { state: 'closed', station: 'desk-2' });
    await b.put(HALL, 'reviews', [next]);
    await until('first station has the change', () => a.getSync(HALL, 'reviews', doc.id)?.state === 'closed');
    await until('nothing unsent', () => unsent(a) + unsent(b) === 0);
    expect(first.upstream.status()).toMatchObject({ count: 0, oldestAt: null, parked: 0, upstream: 'online' });
    expect(Math.abs(first.upstream.serverOffsetMs() ?? Number.NaN)).toBeLessThan(1000);
  });

  test('a large backlog is pulled page by page and pushed in order', async () => {
    await hubStore.put(
      HALL,
      'tickets',
      Array.from({ length: 450 }, (_, i) => ticket({ id: `t-${i}` })),
    );
    const a = open('a');
    const events = Array.from({ length: 350 }, (_, i) => event({ id: `e-${String(i).padStart(3, '0')}`, body: { n: i + 1 } }));
    await a.put(HALL, 'events', events);
    connect(a, await enrol(proxy.url, DESK));
    await until('all pulled', () => a.querySync(HALL, 'tickets', {}).length === 450);
    await until('all pushed', () => unsent(a) === 0);
    const arrived = await hubStore.pull(HALL, 'events', 0, 1000);
    expect(arrived.documents).toEqual(events);
  });

  test('two stations that changed the same document apart end up equal, and neither change is lost', async () => {
    const doc = review({ body: { text: 'x' } });
    await hubStore.put(HALL, 'reviews', [doc]);
    const [a, b] = [open('a'), open('b')];
    const [keyA, keyB] = [await enrol(proxy.url, DESK), await enrol(proxy.url, DESK2)];
    connect(a, keyA);
    connect(b, keyB);
    await until('both have it', () => [a, b].every((store) => store.getSync(HALL, 'reviews', doc.id) !== null));
    proxy.cut();
    await a.put(HALL, 'reviews', [changed(doc, { station: 'desk-1', body: { fromA: 1 } })]);
    await b.put(HALL, 'reviews', [changed(doc, { station: 'desk-2', body: { fromB: 2 } })]);
    proxy.heal();
    await until('both are quiet', () => unsent(a) + unsent(b) === 0);
    await until('all equal', () => new Set([a, b, hubStore].map((store) => store.getSync(HALL, 'reviews', doc.id)?.updatedAt)).size === 1);
    expect(hubStore.getSync(HALL, 'reviews', doc.id)?.body).toEqual({ text: 'x', fromA: 1, fromB: 2 });
    expect(a.getSync(HALL, 'reviews', doc.id)).toEqual(b.getSync(HALL, 'reviews', doc.id));
  });
});

describe('a bad line', () => {
  test('an answer that is lost after the hub stored the rows leaves exactly one of each', async () => {
    const a = open('a');
    const { upstream } = connect(a, await enrol(proxy.url, DESK));
    await until('online', () => upstream.status().upstream === 'online');
    const commits: string[] = [];
    hubStore.onCommit(({ documents }) => commits.push(...documents.map(({ id }) => id)));
    proxy.loseAnswerTo('/ratings/push');
    const docs = [rating({ id: 'r-1' }), rating({ id: 'r-2' })];
    await a.put(HALL, 'ratings', docs);
    await until('acknowledged', () => unsent(a) === 0);
    expect(proxy.answersLost).toBe(1);
    expect(commits).toEqual(['r-1', 'r-2']);
    expect(a.parked()).toEqual([]);
  });

  test('a document that changed again after a lost answer ends in its last state', async () => {
    const a = open('a');
    const { upstream } = connect(a, await enrol(proxy.url, DESK));
    await until('online', () => upstream.status().upstream === 'online');
    proxy.loseAnswerTo('/reviews/push');
    const doc = review({ state: 'open' });
    await a.put(HALL, 'reviews', [doc]);
    await until('hub has the first state', () => hubStore.getSync(HALL, 'reviews', doc.id) !== null);
    await a.put(HALL, 'reviews', [changed(doc, { state: 'closed', body: { answer: '已回复' } })]);
    await until('quiet', () => unsent(a) === 0);
    await until('equal', () => hubStore.getSync(HALL, 'reviews', doc.id)?.updatedAt === a.getSync(HALL, 'reviews', doc.id)?.updatedAt);
    expect(hubStore.getSync(HALL, 'reviews', doc.id)).toMatchObject({ state: 'closed', body: { answer: '已回复' } });
  });

  test('what was written while cut off arrives in order; each change of reach is said once', async () => {
    const a = open('a');
    const { upstream, lines } = connect(a, await enrol(proxy.url, DESK));
    const seen: number[] = [];
    upstream.onStatus(({ count }) => seen.push(count));
    await until('online', () => upstream.status().upstream === 'online');
    proxy.cut();
    await until('offline', () => upstream.status().upstream === 'offline');
    const events = Array.from({ length: 30 }, (_, i) => event({ id: `e-${String(i).padStart(2, '0')}`, body: { n: i + 1 } }));
    for (const doc of events) await a.put(HALL, 'events', [doc]);
    await until('the count is shown', () => seen.includes(30));
    expect(upstream.status().oldestAt).toBeLessThanOrEqual(Date.now());
    await hubStore.put(HALL, 'tickets', [ticket({ id: 't-1' })]);
    proxy.heal();
    upstream.kick();
    await until('all arrived', () => unsent(a) === 0 && a.getSync(HALL, 'tickets', 't-1') !== null);
    expect((await hubStore.pull(HALL, 'events', 0, 100)).documents).toEqual(events);
    expect(lines.map(({ message }) => message)).toEqual(['upstream reached', 'upstream away', 'upstream reached']);
  });

  test('commands say HUB_AWAY in time on a silent line, and at once when that is known', async () => {
    const a = open('a');
    const { upstream } = connect(a, await enrol(proxy.url, DESK), { commandTimeoutMs: 200 });
    await until('online', () => upstream.status().upstream === 'online');
    expect(await upstream.requestLeases({ series: ['A'] })).toMatchObject({ ok: false, error: { code: 'NOT_OFFERED' } });
    proxy.silence();
    expect(await upstream.requestLeases({ series: ['A'] })).toMatchObject({ ok: false, error: { code: 'HUB_AWAY' } });
    expect(upstream.status().upstream).toBe('offline');
    expect(await upstream.requestLeases({ series: ['A'] })).toMatchObject({ ok: false, error: { code: 'HUB_AWAY' } });
    proxy.heal();
    upstream.kick();
    await until('online again', () => upstream.status().upstream === 'online');
  });
});

test('one row that the hub refuses is parked with its reason; the others go on, and a corrected state goes through', async () => {
  const a = open('a');
  const poison = event({ id: 'poison', body: { n: -1 } });
  const big = review({ id: 'big', body: { text: 'x'.repeat(70_000) } });
  await a.put(HALL, 'events', [event({ id: 'before' }), poison, event({ id: 'after' })]);
  await a.put(HALL, 'reviews', [big, review({ id: 'small' })]);
  const { upstream } = connect(a, await enrol(proxy.url, DESK));
  await until('settled', () => unsent(a) === 0);
  expect(a.parked().map(({ doc, reason }) => [doc.id, reason.code])).toEqual([
    ['poison', 'INVALID_DOCUMENT'],
    ['big', 'DOCUMENT_TOO_LARGE'],
  ]);
  expect(upstream.status()).toMatchObject({ parked: 2, upstream: 'online' });
  for (const [collection, id] of [
    ['events', 'before'],
    ['events', 'after'],
    ['reviews', 'small'],
  ] as const) {
    expect(hubStore.getSync(HALL, collection, id)).not.toBeNull();
  }
  expect((await hubStore.refused(HALL)).map(({ id }) => id)).toEqual(['poison', 'big']);
  await a.put(HALL, 'reviews', [{ ...changed(big, {}), body: { text: '短' } }]);
  await until('corrected', () => hubStore.getSync(HALL, 'reviews', 'big') !== null);
  expect(a.parked().map(({ doc }) => doc.id)).toEqual(['poison']);
});

test('a hub that lost its database gets everything back from the ledger of the station', async () => {
  const a = open('a');
  const credentials = await enrol(proxy.url, DESK);
  const { upstream } = connect(a, credentials);
  const docs = [event({ id: 'e-1' }), event({ id: 'e-2' })];
  await a.put(HALL, 'events', docs);
  await hubStore.put(HALL, 'tickets', [ticket({ id: 'old' })]);
  await until('sent', () => unsent(a) === 0 && a.getSync(HALL, 'tickets', 'old') !== null);

  const fresh = open('hub-2');
  const key = `station:${credentials.stationId}`;
  fresh.setMeta(key, hubStore.getMeta(key) ?? '');
  await fresh.put(HALL, 'tickets', [ticket({ id: 'new' })]);
  await hub.close();
  const replacement = await startTier(fresh, [DESK]);
  closers.unshift(() => replacement.close());
  proxy.retarget(replacement.port);
  upstream.kick();
  await until('all is back', () => fresh.querySync(HALL, 'events', {}).length === 2 && a.getSync(HALL, 'tickets', 'new') !== null);
  expect(fresh.querySync(HALL, 'events', {})).toEqual(docs);
  await until('quiet', () => unsent(a) === 0);
});

test('a ticket that a cut-off station changed for itself gives way to the hub', async () => {
  const a = open('a');
  const { upstream } = connect(a, await enrol(proxy.url, DESK));
  const doc: Envelope = ticket({ id: 't-1' });
  await hubStore.put(HALL, 'tickets', [doc]);
  await until('station has it', () => a.getSync(HALL, 'tickets', 't-1') !== null);
  proxy.cut();
  a.transact(HALL, (tx) => tx.put('tickets', changed(doc, { state: 'called' }), { acked: true }));
  const master = changed(doc, { state: 'void' });
  await hubStore.put(HALL, 'tickets', [master]);
  proxy.heal();
  upstream.kick();
  await until('hub wins', () => a.getSync(HALL, 'tickets', 't-1')?.state === 'void');
  expect(upstream.status().count).toBe(0);
});
