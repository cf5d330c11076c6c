import type { HoldKind, Ticket } from '../../domain/documents.ts';
import type { TicketId, WindowId } from '../../domain/ids.ts';
import type { DeskState } from '../../sync/protocol/link.ts';

export const QUEUE_LISTS = ['waiting', 'held', 'missed', 'unconfirmed', 'clashes'] as const;
export type QueueList = (typeof QUEUE_LISTS)[number];

export interface QueueRow {
  readonly ticketId: TicketId;
  readonly number: string;
  readonly itemName: string;
  readonly priority: boolean;
  /** Whole minutes in this state. */
  readonly minutes: number;
  readonly holdKind: HoldKind | null;
  /** Only this window may call it. */
  readonly forWindowId: WindowId | null;
  readonly missedCount: number;
  /** Windows that acted on it without knowing of each other. */
  readonly clashWindowIds: readonly WindowId[];
}

export function queueRows(desk: DeskState, list: QueueList, nowMs: number): readonly QueueRow[] {
  return desk[list].map((ticket) => queueRow(ticket, list, nowMs));
}

function queueRow({ id, body }: Ticket, list: QueueList, nowMs: number): QueueRow {
  return {
    ticketId: id as TicketId,
    number: body.number,
    itemName: body.itemName,
    priority: body.priority === 'PRIORITY',
    minutes: Math.max(0, Math.floor((nowMs - since(body, list)) / 60_000)),
    holdKind: body.holdKind ?? null,
    forWindowId: body.forWindowId ?? null,
    missedCount: body.missedCount,
    clashWindowIds: clashWindows(body),
  };
}

function since(body: Ticket['body'], list: QueueList): number {
  if (list === 'waiting') return body.waitingSince ?? body.issuedAt;
  if (list === 'held') return body.heldSince ?? body.issuedAt;
  if (list === 'missed') return body.calledAt ?? body.issuedAt;
  if (list === 'clashes') return body.clashes.at(-1)?.at ?? body.issuedAt;
  return body.issuedAt;
}

function clashWindows(body: Ticket['body']): readonly WindowId[] {
  const ids = [body.windowId, ...body.clashes.map((clash) => clash.windowId)].filter((id) => id !== undefined);
  return [...new Set(ids)];
}
