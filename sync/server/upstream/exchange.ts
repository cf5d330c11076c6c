import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { HybridClock } from '../../../domain/clock.ts';
import { type Collection, type Envelope, envelopeSchema } from '../../../domain/documents.ts';
import { stationIdSchema } from '../../../domain/ids.ts';
import { mergeDocuments } from '../../../domain/merge.ts';
import type { Failure, Result } from '../../../domain/result.ts';
import { checkpointSchema, failureSchema, REJECTED_STATE } from '../../protocol/wire.ts';
import type { Logger } from '../http/client.ts';
import type { PushSettlement, SqliteStore } from '../store/sqlite.ts';
import type { OutboxRow } from '../store/store.ts';
import { type CallOptions, call } from './http.ts';

// One page down, one batch up.
//
// A push is decided by the server (store/push.ts there). Here its answer is carried out:
//   row not named in a 2xx answer    → upstream has that state: `acked`
//   named with state 'rejected'      → parked with the reason; never sent again unless it changes
//   named otherwise                  → conflict: domain/merge.ts makes one state of both, stamped by us, which is sent next
// No answer, or not 2xx: nothing is known, so the same rows are sent again; the server takes the same stamp as success.

export const PULL_PAGE = 200;
export const PUSH_BATCH = 100;

export interface ExchangeContext {
  readonly store: SqliteStore;
  readonly clock: HybridClock;
  readonly stationId: string;
  readonly logger: Logger;
  readonly http: CallOptions;
}

// Documents are judged one by one: one that is broken must not hold back the rest.
const pageSchema = z.object({ documents: z.array(z.unknown()), checkpoint: checkpointSchema });
export type PulledPage = z.infer<typeof pageSchema>;

export function fetchPage(context: ExchangeContext, hallId: string, collection: Collection): Promise<Result<PulledPage>> {
  const checkpoint = context.store.upstreamCheckpoint(hallId, collection);
  return call(context.http, `/sync/v1/${collection}/pull`, { hallId, checkpoint, limit: PULL_PAGE }, pageSchema);
}

export function storePage(
  context: Pick<ExchangeContext, 'store' | 'clock' | 'logger'>,
  hallId: string,
  collection: Collection,
  page: PulledPage,
): void {
  const documents = page.documents.filter((doc): doc is Envelope => {
    const valid = envelopeSchema.safeParse(doc);
    if (valid.success && valid.data.hallId === hallId) return true;
    context.logger.warn({ hallId, collection, id: valid.data?.id }, 'pulled document is broken and left out');
    return false;
  });
  for (const { updatedAt } of documents) context.clock.observe(updatedAt);
  context.store.applyPulled(hallId, collection, documents, page.checkpoint);
}

/** Keeps the order within a collection; there is none between collections (research/sync.md §2). */
export function byCollection(rows: readonly OutboxRow[]): Map<Collection, OutboxRow[]> {
  const groups = new Map<Collection, OutboxRow[]>();
  for (const row of rows) groups.set(row.collection, [...(groups.get(row.collection) ?? []), row]);
  return groups;
}

const answerSchema = z.array(z.looseObject({ id: z.string() }));

export async function pushBatch(
  context: ExchangeContext,
  hallId: string,
  collection: Collection,
  rows: readonly OutboxRow[],
): Promise<Result<PushCounts>> {
  const request = rows.map(({ doc, acked }) => ({
    newDocumentState: doc,
    assumedMasterState: acked === null ? null : { updatedAt: acked },
  }));
  const answer = await call(context.http, `/sync/v1/${collection}/push`, request, answerSchema);
  if (!answer.ok) return answer;
  const named = new Map(answer.value.map((state) => [state.id, state]));
  const acked: PushSettlement['acked'][number][] = [];
  const parked: PushSettlement['parked'][number][] = [];
  const conflicts: Envelope[] = [];
  for (const { doc } of rows) {
    const state = named.get(doc.id);
    const verdict = state === undefined ? 'accepted' : judge(state);
    if (verdict === 'accepted') acked.push({ id: doc.id, stamp: doc.updatedAt });
    else if (verdict.kind === 'conflict') conflicts.push(verdict.master);
    else parked.push({ id: doc.id, stamp: doc.updatedAt, reason: verdict.reason });
  }
  context.store.settlePush(hallId, collection, { acked, parked });
  for (const { id, reason } of parked)
    context.logger.warn({ hallId, collection, id, code: reason.code, detail: reason.detail }, 'upstream refused a row; parked');
  for (const master of conflicts) settleConflict(context, hallId, collection, master);
  return { ok: true, value: { settled: acked.length + parked.length, conflicts: conflicts.length } };
}

export interface PushCounts {
  readonly settled: number;
  readonly conflicts: number;
}

type Verdict = { readonly kind: 'conflict'; readonly master: Envelope } | { readonly kind: 'refused'; readonly reason: Failure };

const refusedSchema = z.looseObject({ state: z.literal(REJECTED_STATE), body: z.looseObject({ reason: failureSchema }) });

function judge(state: unknown): Verdict {
  const refused = refusedSchema.safeParse(state);
  if (refused.success) {
    const { code, message, detail } = refused.data.body.reason;
    return { kind: 'refused', reason: detail === undefined ? { code, message } : { code, message, detail } };
  }
  const master = envelopeSchema.safeParse(state);
  if (master.success) return { kind: 'conflict', master: state as Envelope };
  return { kind: 'refused', reason: { code: 'BAD_ANSWER', message: '服务器返回的记录看不懂，这条记录暂停上传，请联系管理员。' } };
}

function settleConflict(context: ExchangeContext, hallId: string, collection: Collection, master: Envelope): void {
  const { store, clock, logger, stationId } = context;
  try {
    store.resolveConflict(hallId, collection, master, (local) => {
      clock.observe(master.updatedAt);
      const merged = mergeDocuments(collection, local, master);
      if (isDeepStrictEqual(contentOf(merged), contentOf(master))) return master;
      return { ...merged, updatedAt: clock.tick(), updatedBy: stationIdSchema.parse(stationId) };
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // A body that the merge rule cannot read; the rest must not wait for it.
    logger.error({ err: error, hallId, collection, id: master.id }, 'merge failed; parked');
    store.park(hallId, collection, master.id, {
      code: 'MERGE_FAILED',
      message: '本机与上级的记录对不上，这条记录暂停上传，请联系管理员。',
    });
  }
}

function contentOf({ updatedAt: _stamp, updatedBy: _author, ...content }: Envelope): object {
  return content;
}
