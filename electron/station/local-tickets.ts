import type { Ticket } from '../../domain/documents.ts';
import type { PolicyValues } from '../../domain/policy.ts';
import { rejoinOrder } from '../../domain/queue.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { TicketCommand } from '../../domain/ticket-commands.ts';
import { guardTicketCommand } from '../../domain/ticket-guards.ts';
import { applyTicketCommand, type TicketContext } from '../../domain/tickets.ts';
import { DayDocs } from '../../sync/server/hub/day-docs.ts';
import type { Station } from './context.ts';
import type { LedgerTx } from './ledger.ts';

/** The station's own copy of today's tickets, and what commands make of it until the hub has said its word. */
export class LocalTickets {
  readonly #station: Station;
  readonly #tickets: DayDocs;

  constructor(station: Station) {
    this.#station = station;
    this.#tickets = new DayDocs(station.ledger.store, station.config.hallId, 'tickets');
    station.ledger.store.onCommit(({ collection, documents }) => {
      if (collection === 'tickets') this.#rebase(documents as unknown as readonly Ticket[]);
    });
  }

  today(): readonly Ticket[] {
    return this.#tickets.of(this.#station.today()) as unknown as readonly Ticket[];
  }

  /** The ticket at this station's window: called or being served; the newest if two desks clashed. */
  current(): Ticket | null {
    const { windowId } = this.#station.config;
    const here = this.today().filter(
      (ticket) => (ticket.state === 'called' || ticket.state === 'serving') && ticket.body.windowId === windowId,
    );
    return here.sort((a, b) => (b.body.calledAt ?? 0) - (a.body.calledAt ?? 0))[0] ?? null;
  }

  /** The rules of the hall, as far as this copy knows. Codes: domain/ticket-guards.ts. */
  guard(command: TicketCommand, policy: PolicyValues): Result<void> {
    return guardTicketCommand(this.today(), command, policy);
  }

  /** Applies the command to the copy, in the caller's transaction. Codes: those of the reducer. */
  apply(
    tx: LedgerTx,
    command: TicketCommand,
    policy: PolicyValues,
    extra: Pick<TicketContext, 'number'> & { readonly ticketId?: string } = {},
  ): Result<Ticket> {
    const ticketId = 'ticketId' in command ? command.ticketId : extra.ticketId;
    if (ticketId === undefined) return err('TICKET_UNKNOWN', '找不到这张号票。');
    const before = tx.ticket(ticketId);
    const change = applyTicketCommand(before, command, {
      policy,
      day: this.#station.today(),
      stamp: tx.stamp(),
      stationId: this.#station.config.stationId,
      ...(extra.number !== undefined && { number: extra.number }),
      ...(command.kind === 'rejoin' && before !== null && { orderAt: rejoinOrder(this.today(), before, policy) }),
    });
    if (!change.ok) return change;
    if (change.value.ticket !== before) tx.keepTicket(change.value.ticket);
    return ok(change.value.ticket);
  }

  /**
   * The hub's word on a ticket does not know yet what is queued here: that is put on top again, so a pull after a cut does not
   * take the ticket away from the desk that serves it.
   */
  #rebase(documents: readonly Ticket[]): void {
    const { ledger, config, reference } = this.#station;
    const policy = reference.current?.policy;
    if (policy === undefined) return;
    for (const ticket of documents) {
      if (ticket.updatedBy === config.stationId) continue;
      const queued = ledger.pendingFor(ticket.id);
      if (queued.length > 0) ledger.write((tx) => queued.forEach((command) => void this.apply(tx, { ...command, offline: true }, policy)));
    }
  }
}
