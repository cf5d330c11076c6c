import { stampMs } from '../../../domain/clock.ts';
import type { Ticket, TicketState } from '../../../domain/documents.ts';
import { commandIdSchema, type HallId, newId, type StationId, ticketIdSchema } from '../../../domain/ids.ts';
import type { PolicyValues } from '../../../domain/policy.ts';
import type { TicketCommand } from '../../../domain/ticket-commands.ts';
import type { SqliteStore } from '../store/sqlite.ts';

interface Writer {
  readonly hallId: HallId;
  readonly stationId: StationId;
  readonly now: number;
}

const OPEN_STATES: readonly TicketState[] = ['reserved', 'printing', 'unconfirmed', 'waiting', 'held', 'missed'];

/** Numbers that were given out but whose paper was neither confirmed nor reported as failed for too long. */
export function staleReservations(
  today: readonly Ticket[],
  policy: Pick<PolicyValues, 'unprintedVoidMin'>,
  writer: Writer,
): TicketCommand[] {
  const limitMs = policy.unprintedVoidMin * 60_000;
  return today
    .filter((ticket) => (ticket.state === 'reserved' || ticket.state === 'printing') && writer.now - stampMs(ticket.updatedAt) >= limitMs)
    .map((ticket) => ({ ...base(writer, ticket.id), kind: 'void', reason: '号票一直没有打印成功，自动作废' }));
}

/** Nobody waits overnight: what an earlier day left open is closed when the business day changes. */
export function closingCommands(store: SqliteStore, day: string, writer: Writer): TicketCommand[] {
  return store
    .querySync(writer.hallId, 'tickets', { states: OPEN_STATES })
    .filter((ticket) => ticket.day < day)
    .map((ticket) => ({ ...base(writer, ticket.id), kind: 'abandon' }));
}

function base(writer: Writer, ticketId: string) {
  return {
    id: commandIdSchema.parse(newId(writer.now)),
    hallId: writer.hallId,
    stationId: writer.stationId,
    at: writer.now,
    ticketId: ticketIdSchema.parse(ticketId),
  };
}
