import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { expect, test } from 'vitest';
import { COLLECTIONS, envelopeSchema } from '../../domain/documents.ts';
import { replicaSchema } from './envelope-schema.ts';

test('describes every field of the envelope but the tombstone, and gives indexed ones a length', () => {
  const names = Object.keys(envelopeSchema.shape).filter((name) => name !== '_deleted');
  expect(Object.keys(replicaSchema.properties).sort()).toEqual([...names].sort());
  expect([...(replicaSchema.required ?? [])].sort()).toEqual([...names].sort());
  for (const name of ['id', 'kind', 'state', 'day'] as const) expect(replicaSchema.properties[name].maxLength).toBeGreaterThan(0);
});

test('RxDB opens all collections with it and finds by its indexes; unknown fields stay', async () => {
  const database = await createRxDatabase({ name: 'schema', storage: getRxStorageMemory(), multiInstance: false });
  const opened = await database.addCollections(Object.fromEntries(COLLECTIONS.map((name) => [name, { schema: replicaSchema }])));
  const doc = {
    id: 'ticket-1',
    hallId: 'h',
    kind: 'ticket',
    state: 'waiting',
    day: '2026-11-20',
    updatedAt: 's',
    updatedBy: 'hub',
    body: { number: 'A001', later: { field: 1 } },
  };
  await opened.tickets?.insert(doc);
  const found = await opened.tickets?.find({ selector: { day: '2026-11-20', state: 'waiting' } }).exec();
  expect(found?.map((one) => one.toMutableJSON())).toEqual([doc]);
  await database.close();
});
