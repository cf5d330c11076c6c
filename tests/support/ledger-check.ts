import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Collection, Envelope, EventDoc } from '../../domain/documents.ts';
import { ROLE_RIGHTS } from '../../sync/protocol/roles.ts';
import { findBrokenLink } from '../../sync/server/events.ts';
import { DEADLINE_MS, type TestHall } from './hall.ts';

/** What a hall's hub owes the district. */
const UPWARD = ROLE_RIGHTS.hub.push;
const POLL_MS = 200;

interface Row {
  readonly doc: Envelope;
  readonly acked: boolean;
  readonly parked: string | null;
}
/** Rows of one database by collection, in the order in which they were committed there. */
export type Ledger = ReadonlyMap<Collection, readonly Row[]>;

export function hubLedger(hall: TestHall): Ledger {
  return readLedger(join(hall.hall.dataDir, 'hub', 'hub.sqlite'), hall.hall.plan.hallId);
}

export function districtLedger(hall: TestHall): Ledger {
  return readLedger(join(hall.hall.dataDir, 'district', 'bianmin.db'), hall.hall.plan.hallId);
}

function stationFile(hall: TestHall, stationId: string): string {
  return join(hall.hall.dataDir, stationId, 'ledger.sqlite');
}

function readLedger(path: string, hallId: string): Ledger {
  return withDatabase(path, (db) => {
    const ledger = new Map<Collection, Row[]>();
    const rows = db.prepare('SELECT collection, body, acked, updated_at, parked FROM docs WHERE hall_id=? ORDER BY seq').all(hallId);
    for (const row of rows) {
      const collection = String(row.collection) as Collection;
      const entry = {
        doc: JSON.parse(String(row.body)) as Envelope,
        acked: row.acked === row.updated_at,
        parked: row.parked === null ? null : String(row.parked),
      };
      ledger.set(collection, [...(ledger.get(collection) ?? []), entry]);
    }
    return ledger;
  });
}

function withDatabase<T>(path: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

export function documentsOf<D extends { readonly id: string }>(ledger: Ledger, collection: Collection): readonly D[] {
  return (ledger.get(collection) ?? []).map(({ doc }) => doc as unknown as D);
}

/**
 * Waits until nothing is under way any more, then asserts that stations, hub and district hold the same records, each once:
 * the same documents with the same states in every collection that goes up, no parked row, no command left, none refused, and
 * every station's chain of events whole. Answers with the district's ledger.
 */
export async function expectSameRecords(hall: TestHall): Promise<Ledger> {
  const end = performance.now() + DEADLINE_MS;
  let found = differences(hall);
  while (found.length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    found = differences(hall);
  }
  expect(found).toEqual([]);
  const district = districtLedger(hall);
  expectEachOnce(district);
  return district;
}

/** In plain words, so that a failed test says at once what is wrong. */
function differences(hall: TestHall): string[] {
  const hub = hubLedger(hall);
  const district = districtLedger(hall);
  return [
    ...UPWARD.flatMap((collection) => compare(collection, hub.get(collection) ?? [], district.get(collection) ?? [])),
    ...hall.hall.plan.stations.flatMap(({ stationId, role }) => stationDifferences(hall, hub, stationId, ROLE_RIGHTS[role].push)),
  ];
}

function compare(collection: Collection, hub: readonly Row[], district: readonly Row[]): string[] {
  const above = new Map(district.map(({ doc }) => [doc.id, doc]));
  const below = new Set(hub.map(({ doc }) => doc.id));
  return [
    ...hub.flatMap(({ doc, acked, parked }) => {
      const twin = above.get(doc.id);
      if (parked !== null) return [`${collection} ${doc.id}: parked at the hub: ${parked}`];
      if (twin === undefined) return [`${collection} ${doc.id}: not at the district`];
      if (JSON.stringify(sorted(twin)) !== JSON.stringify(sorted(doc))) return [`${collection} ${doc.id}: differs at the district`];
      return acked ? [] : [`${collection} ${doc.id}: the hub does not know that it arrived`];
    }),
    ...district.flatMap(({ doc }) => (below.has(doc.id) ? [] : [`${collection} ${doc.id}: at the district only`])),
  ];
}

function stationDifferences(hall: TestHall, hub: Ledger, stationId: string, pushes: readonly Collection[]): string[] {
  const file = stationFile(hall, stationId);
  const ledger = readLedger(file, hall.hall.plan.hallId);
  const count = (table: string) => withDatabase(file, (db) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n));
  const commands = ['pending_commands', 'refused_commands'].flatMap((table) =>
    count(table) === 0 ? [] : [`${stationId}: ${count(table)} ${table}`],
  );
  const documents = [...new Set([...pushes, 'tickets' as const])].flatMap((collection) => {
    const atHub = new Map((hub.get(collection) ?? []).map(({ doc }) => [doc.id, doc]));
    return (ledger.get(collection) ?? []).flatMap(({ doc, parked }) => {
      if (parked !== null) return [`${stationId} ${collection} ${doc.id}: parked: ${parked}`];
      return atHub.get(doc.id)?.updatedAt === doc.updatedAt ? [] : [`${stationId} ${collection} ${doc.id}: differs from the hub`];
    });
  });
  return [...commands, ...documents];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/** One id is one row by the key of the table; what must not stand twice under two ids is checked here. */
function expectEachOnce(ledger: Ledger): void {
  const bodies = (collection: Collection): readonly Record<string, unknown>[] =>
    documentsOf<Envelope>(ledger, collection).map(({ day, body }) => ({ ...body, day }));
  expectUnique(
    'ticket numbers',
    bodies('tickets').map(({ day, number }) => `${day} ${number}`),
  );
  expectUnique(
    'case numbers',
    bodies('cases').map(({ caseNumber }) => String(caseNumber)),
  );
  expectUnique(
    'ratings',
    bodies('ratings').map(({ ticketId, caseId }) => `${ticketId} ${caseId ?? ''}`),
  );
  expectChains(documentsOf<EventDoc>(ledger, 'events'));
}

function expectUnique(what: string, keys: readonly string[]): void {
  expect([what, keys.filter((key, index) => keys.indexOf(key) !== index)]).toEqual([what, []]);
}

/** Each station's events arrived in their order, none missing, each sealed to the one before. */
function expectChains(events: readonly EventDoc[]): void {
  for (const [stationId, chain] of Map.groupBy(events, ({ body }) => body.stationId)) {
    expect([stationId, findBrokenLink(chain)]).toEqual([stationId, null]);
  }
}
