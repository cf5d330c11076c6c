import type { Collection, Envelope } from '../../../domain/documents.ts';
import type { Failure } from '../../../domain/result.ts';
import type { PushRow } from '../../protocol/wire.ts';

/** A committed batch of one (hall, collection) stream, in sequence order; `prevSeq` is the stream's seq before it. */
export interface Commit {
  readonly hallId: string;
  readonly collection: Collection;
  readonly prevSeq: number;
  readonly seq: number;
  readonly documents: readonly Envelope[];
}

export interface QueryFilter {
  readonly kind?: string;
  readonly states?: readonly string[];
  readonly day?: string;
  /** Default 10,000. Deleted documents are left out. Order: id. */
  readonly limit?: number;
}

export interface RejectedRow {
  readonly id: string;
  readonly error: Failure;
}

export interface PushOutcome {
  /** Master states of rows whose assumption was wrong. */
  readonly conflicts: readonly Envelope[];
  /** Rows that can never be accepted; parked with their reason, never dropped. */
  readonly rejected: readonly RejectedRow[];
}

export interface PullPage {
  readonly documents: readonly Envelope[];
  readonly seq: number;
}

/** What this tier still owes its upstream, oldest first. */
export interface OutboxRow {
  readonly collection: Collection;
  readonly doc: Envelope;
  /** Stamp of the state that upstream is known to have; null if it has none. */
  readonly acked: string | null;
}

export interface OutboxSummary {
  readonly count: number;
  readonly oldestAt: number | null;
  readonly parked: number;
}

/**
 * One store per tier: station ledger, hub and district are all made of it. Streams are keyed by (hall, collection); `seq` rises
 * by one per hall inside the write transaction while the hall's row is locked.
 *
 * Sequence: `pull` returns documents with seq > `afterSeq` in seq order; a document appears once, at its latest seq.
 */
export interface DocumentStore {
  readonly epoch: string;
  get(hallId: string, collection: Collection, id: string): Promise<Envelope | null>;
  query(hallId: string, collection: Collection, filter: QueryFilter): Promise<readonly Envelope[]>;
  pull(hallId: string, collection: Collection, afterSeq: number, limit: number): Promise<PullPage>;
  /** Compare-and-set by stamp, one transaction per call; the same state again is success. Validates every row. */
  push(hallId: string, collection: Collection, rows: readonly PushRow[], from: string): Promise<PushOutcome>;
  /** Unconditional write by this server itself (seed, publish, own merge). */
  put(hallId: string, collection: Collection, docs: readonly Envelope[]): Promise<void>;
  /** Called after each commit, in commit order per hall. */
  onCommit(listener: (commit: Commit) => void): () => void;
  close(): Promise<void>;
}
