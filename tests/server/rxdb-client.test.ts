import { join } from 'node:path';
import { createRxDatabase, type RxCollection, type RxJsonSchema } from 'rxdb';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Envelope } from '../../domain/documents.ts';
import { type Checkpoint, pullResponseSchema } from '../../sync/protocol/wire.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { type Credentials, requestHeaders } from '../../sync/server/upstream/http.ts';
import { changed, review, stampOf } from '../support/documents.ts';
import { enrol, freshDir, HALL, removeDir, startTier, type Tier } from '../support/tier.ts';
import { until } from '../support/until.ts';

type Row = Omit<Envelope, '_deleted'>;
type StreamEvent = 'RESYNC' | { documents: (Row & { _deleted: boolean })[]; checkpoint: Checkpoint };

const text = { type: 'string' } as const;
const schema: RxJsonSchema<Row> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 120 },
    hallId: text,
    kind: text,
    state: text,
    day: text,
    updatedAt: text,
    updatedBy: text,
    body: { type: 'object', additionalProperties: true },
  },
  required: ['id', 'hallId', 'kind', 'state', 'day', 'updatedAt', 'updatedBy', 'body'],
};

/** Exactly what RxDB's documentation tells a client to do; nothing of ours. */
function replicate(collection: RxCollection<Row>, tier: Tier, credentials: Credentials) {
  const headers = { ...requestHeaders(credentials), 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${tier.url}/sync/v1/reviews/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  };
  const stream$ = new Subject<StreamEvent>();
  const socket = new WebSocket(`${tier.url.replace('http', 'ws')}/sync/v1/stream`, { headers: requestHeaders(credentials) });
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'hello') stream$.next('RESYNC');
    if (message.type === 'docs' && message.collection === 'reviews')
      stream$.next({ documents: message.documents, checkpoint: { epoch: message.epoch, seq: message.seq } });
  });
  const replication = replicateRxCollection<Row, Checkpoint>({
    collection,
    replicationIdentifier: 'test',
    live: true,
    retryTime: 200,
    pull: {
      batchSize: 10,
      stream$,
      handler: async (checkpoint, limit) => {
        const page = pullResponseSchema.parse(await post('pull', { checkpoint, limit }));
        return { documents: page.documents, checkpoint: page.checkpoint };
      },
    },
    push: { batchSize: 10, handler: (rows) => post('push', rows) },
  });
  return { replication, close: () => socket.terminate() };
}

test('a plain RxDB client pulls, follows, pushes, meets conflicts and refused rows', async () => {
  const dir = freshDir();
  const store = new SqliteStore({ path: join(dir, 'hub.db') });
  const tier = await startTier(store, [{ stationId: 'desk-1', role: 'desk' }]);
  const db = await createRxDatabase({ name: 'client', storage: getRxStorageMemory(), multiInstance: false });
  try {
    const { reviews } = await db.addCollections<{ reviews: RxCollection<Row> }>({ reviews: { schema } });
    const initial = Array.from({ length: 35 }, (_, i) => review({ id: `old-${i}` }));
    await store.put(HALL, 'reviews', initial);
    const client = replicate(reviews, tier, await enrol(tier.url, { stationId: 'desk-1', role: 'desk' }));
    const failures: unknown[] = [];
    client.replication.error$.subscribe((error) => failures.push(error));
    await client.replication.awaitInitialReplication();
    expect(await reviews.count().exec()).toBe(35);

    const live = review({ id: 'live' });
    await store.put(HALL, 'reviews', [live]);
    await until('live', async () => (await reviews.findOne('live').exec()) !== null);

    const { _deleted: _none, ...own } = review({ id: 'own', body: { text: '从 RxDB 来' } });
    await reviews.insert(own);
    await until('pushed', () => store.getSync(HALL, 'reviews', 'own') !== null);
    const doc = await reviews.findOne('own').exec(true);
    await doc.incrementalPatch({ state: 'closed', updatedAt: stampOf('desk-1') });
    await until('updated', () => store.getSync(HALL, 'reviews', 'own')?.state === 'closed');

    await (await reviews.findOne('old-0').exec(true)).incrementalModify((data: Row & { _deleted: boolean }) => ({
      ...data,
      updatedAt: stampOf('desk-1'),
      _deleted: true,
    }));
    await until('deleted', () => store.getSync(HALL, 'reviews', 'old-0')?._deleted === true);

    // A client that forgets the stamp is told, not silently taken for a repeat.
    await (await reviews.findOne('old-1').exec(true)).remove();
    await until('told', async () => (await reviews.findOne('old-1').exec())?.state === 'rejected');
    expect(store.getSync(HALL, 'reviews', 'old-1')).toEqual(initial[1]);

    const { _deleted: _no, ...bad } = review({ id: 'bad', body: { text: 'x'.repeat(70_000) } });
    await reviews.insert(bad);
    await until('told as a state', async () => (await reviews.findOne('bad').exec())?.state === 'rejected');
    expect((await reviews.findOne('bad').exec())?.body).toMatchObject({ reason: { code: 'DOCUMENT_TOO_LARGE' } });

    // Changed at both ends: the server's state stands by default.
    const master = changed(live, { state: 'by-server' });
    client.close();
    await store.put(HALL, 'reviews', [master]);
    await (await reviews.findOne('live').exec(true)).incrementalPatch({ state: 'by-client', updatedAt: stampOf('desk-1') });
    await until('conflict is solved', async () => (await reviews.findOne('live').exec())?.state === 'by-server');
    await client.replication.cancel();
    expect(failures).toEqual([]);
  } finally {
    await db.close();
    await tier.close();
    await store.close();
    removeDir(dir);
  }
});
