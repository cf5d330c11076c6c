import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Envelope, EventDoc } from '../../domain/documents.ts';
import { type HallId, newId, type StaffId, type StationId } from '../../domain/ids.ts';

/** What an act looks like before it gets its place in the chain. Never personal data: `detail` leaves the hall unencrypted. */
export interface Act {
  readonly act: string;
  readonly at: number;
  readonly day: string;
  readonly staffId?: StaffId;
  readonly subject?: EventDoc['body']['subject'];
  readonly before?: string;
  readonly after?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The station whose chain grows, and the stamp of the new document. */
export interface Chain {
  readonly hallId: HallId;
  readonly stationId: StationId;
  readonly stamp: string;
}

/** Where the chain's head is kept; it is read and moved in the same commit as the act itself. */
export interface ChainHeads {
  getMeta(key: string): string | null;
  setMeta(key: string, value: string): void;
}

export interface EventSink {
  put(collection: 'events', doc: Envelope): void;
}

const GENESIS_HASH = '0'.repeat(64);
const headSchema = z.object({ n: z.number().int(), hash: z.string() });

/** Appends one act to the station's chain (design §4). Call inside `store.transact`: `appendEvent(store, tx, chain, act)`. */
export function appendEvent(heads: ChainHeads, tx: EventSink, chain: Chain, act: Act): EventDoc {
  const key = `chain:${chain.hallId}:${chain.stationId}`;
  const stored = heads.getMeta(key);
  const head = stored === null ? { n: 0, hash: GENESIS_HASH } : headSchema.parse(JSON.parse(stored));
  const { day, ...facts } = act;
  const id = newId(act.at);
  const body = { ...facts, stationId: chain.stationId, n: head.n + 1, prevHash: head.hash };
  const hash = eventHash(id, body);
  const event: EventDoc = {
    id,
    hallId: chain.hallId,
    kind: 'event',
    state: '',
    day,
    updatedAt: chain.stamp,
    updatedBy: chain.stationId,
    _deleted: false,
    body: { ...body, hash },
  };
  tx.put('events', { ...event });
  heads.setMeta(key, JSON.stringify({ n: body.n, hash }));
  return event;
}

/** SHA-256 in hex over the canonical JSON of the document's id and everything in the body but the hash itself. */
export function eventHash(id: string, body: object): string {
  const covered = Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'hash'));
  return createHash('sha256')
    .update(canonicalJson({ ...covered, id }))
    .digest('hex');
}

/** First event of one station's chain (in order of `n`, from 1) that was changed, left out or put in; null when it is whole. */
export function findBrokenLink(chain: readonly EventDoc[]): EventDoc | null {
  let previous = { n: 0, hash: GENESIS_HASH };
  for (const event of chain) {
    const { body } = event;
    if (body.n !== previous.n + 1 || body.prevHash !== previous.hash || body.hash !== eventHash(event.id, body)) return event;
    previous = { n: body.n, hash: body.hash };
  }
  return null;
}

/** JSON with keys in code-unit order and without undefined, so that one content has one text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
