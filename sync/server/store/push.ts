import { isDeepStrictEqual } from 'node:util';
import { MAX_DRIFT_MS, stampMs } from '../../../domain/clock.ts';
import type { Collection, Envelope } from '../../../domain/documents.ts';
import { err, type Failure, ok, type Result } from '../../../domain/result.ts';
import type { PushRow } from '../../protocol/wire.ts';
import { validateDocument } from '../validate.ts';
import type { PushOutcome } from './store.ts';

// Where a push is decided
//
//   route (http/sync-routes.ts)   who may push what
//     └ store.push                one transaction, the hall's row locked (sqlite.ts, postgres.ts)
//         1. checkRow             each row alone: schema, size, hall, clock. Pure; a bad row is refused, the others go on
//         2. read the masters     by the engine
//         3. planPush             compare-and-set by stamp against the masters. Pure; the same for both engines
//         4. write the plan       by the engine: accepted rows get the hall's next sequence numbers, refused ones are kept aside
//
// A stamp names one state of a document (domain/clock.ts), so the same stamp again is a repeat whose answer was lost: success. A
// client that changes a document and keeps its stamp is refused: taken for a repeat, its change would be lost in silence.
// `events` and `ratings` are append-only. Chains of events are not checked here: a broken chain must still reach the auditor.

const IMMUTABLE: ReadonlySet<Collection> = new Set(['events', 'ratings']);

export interface PushContext {
  readonly hallId: string;
  readonly collection: Collection;
  readonly nowMs: number;
}

/** A row that is fit to be stored, whatever the master says. */
export interface CheckedRow {
  readonly doc: Envelope;
  readonly json: string;
  readonly assumed: string | null;
}

export interface RefusedRow {
  readonly id: string;
  readonly error: Failure;
  readonly doc: unknown;
}

export interface PushPlan {
  /** One per document: its last accepted state. */
  readonly writes: readonly CheckedRow[];
  readonly conflicts: readonly Envelope[];
  readonly refused: readonly RefusedRow[];
}

export function checkRows(
  rows: readonly PushRow[],
  context: PushContext,
): { readonly checked: readonly CheckedRow[]; readonly refused: readonly RefusedRow[] } {
  const checked: CheckedRow[] = [];
  const refused: RefusedRow[] = [];
  for (const row of rows) {
    const result = checkRow(row, context);
    if (result.ok) checked.push(result.value);
    else refused.push({ id: row.newDocumentState.id, error: result.error, doc: row.newDocumentState });
  }
  return { checked, refused };
}

/** Codes: INVALID_DOCUMENT, DOCUMENT_TOO_LARGE, WRONG_HALL, CLOCK_DRIFT. */
function checkRow(row: PushRow, context: PushContext): Result<CheckedRow> {
  const valid = validateDocument(context.collection, row.newDocumentState);
  if (!valid.ok) return valid;
  const { doc, json } = valid.value;
  if (doc.hallId !== context.hallId) return err('WRONG_HALL', '这条记录不属于本大厅，没有收下。', { hallId: doc.hallId });
  if (stampMs(doc.updatedAt) - context.nowMs > MAX_DRIFT_MS)
    return err('CLOCK_DRIFT', '写这条记录的终端时钟快了一天以上，没有收下，请校对时间。');
  return ok({ doc, json, assumed: row.assumedMasterState?.updatedAt ?? null });
}

/** `masters`: stored states of the checked rows' documents. */
export function planPush(checked: readonly CheckedRow[], masters: ReadonlyMap<string, Envelope>, collection: Collection): PushPlan {
  const writes = new Map<string, CheckedRow>();
  const conflicts = new Map<string, Envelope>();
  const refused: RefusedRow[] = [];
  for (const row of checked) {
    const { id } = row.doc;
    const master = writes.get(id)?.doc ?? masters.get(id);
    const sameStamp = master?.updatedAt === row.doc.updatedAt;
    if (sameStamp && isDeepStrictEqual(master, row.doc)) continue;
    if (sameStamp && !IMMUTABLE.has(collection)) refused.push({ id, error: STAMP_REUSED_FAILURE, doc: row.doc });
    else if (master !== undefined && IMMUTABLE.has(collection)) refused.push({ id, error: IMMUTABLE_FAILURE, doc: row.doc });
    // No master although one was assumed: this server lost the document (restored backup), and the client brings it back.
    else if (master === undefined || master.updatedAt === row.assumed) writes.set(id, row);
    else conflicts.set(id, master);
  }
  return { writes: [...writes.values()], conflicts: [...conflicts.values()], refused };
}

const IMMUTABLE_FAILURE: Failure = { code: 'IMMUTABLE', message: '这类记录一经写下就不能更改。' };

const STAMP_REUSED_FAILURE: Failure = { code: 'STAMP_REUSED', message: '记录改了但没有换新的时间标记，没有收下，请升级终端程序。' };

export function outcomeOf(plan: PushPlan, refused: readonly RefusedRow[]): PushOutcome {
  return { conflicts: plan.conflicts, rejected: [...refused, ...plan.refused].map(({ id, error }) => ({ id, error })) };
}

const MAX_KEPT_CHARS = 256 * 1024;

/** Text under which a refused row is kept for the administrator; null when it is too large or cannot be written down. */
export function keptText(doc: unknown): string | null {
  try {
    const text = JSON.stringify(doc);
    return text.length <= MAX_KEPT_CHARS ? text : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Keys of refused rows may hold anything; what PostgreSQL cannot store in a text column is replaced. */
export function keptKey(id: string): string {
  return id.replaceAll(/\p{C}/gu, '\uFFFD');
}
