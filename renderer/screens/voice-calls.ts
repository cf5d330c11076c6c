import type { BoardCall } from '../../domain/board.ts';

/** The call that was taken last. */
export interface CallMark {
  readonly callSeq: number;
  readonly at: number;
}

/** An older call is not news any more: whoever is called at that time sees it on the screen. */
const STALE_MS = 60_000;

/**
 * Calls of a board (newest first) that came after `last`, in the order in which they are spoken. `last` null: the screen has just
 * been switched on, nothing is old enough to repeat and nothing is new. `boardAt` is the clock that stamped the calls.
 */
export function newCalls(calls: readonly BoardCall[], last: CallMark | null, boardAt: number): readonly BoardCall[] {
  if (last === null) return [];
  const newest = calls.reduce((highest, call) => Math.max(highest, call.callSeq), 0);
  // A counter that fell back belongs to another life of the hub (or to this PC while the hub is away): then time decides.
  const isNew = newest < last.callSeq ? (call: BoardCall) => call.at > last.at : (call: BoardCall) => call.callSeq > last.callSeq;
  return calls.filter((call) => isNew(call) && boardAt - call.at <= STALE_MS).toSorted((a, b) => a.callSeq - b.callSeq);
}

/** Where the next look at the board starts from. */
export function latestMark(calls: readonly BoardCall[]): CallMark {
  const newest = calls.reduce<CallMark>((latest, call) => (call.callSeq > latest.callSeq ? call : latest), { callSeq: 0, at: 0 });
  return { callSeq: newest.callSeq, at: newest.at };
}
