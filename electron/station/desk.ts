import { z } from 'zod';
import type { WindowState } from '../../domain/board.ts';
import type { HoldKind, Ticket } from '../../domain/documents.ts';
import { type TicketId, ticketIdOf, ticketIdSchema, type WindowId } from '../../domain/ids.ts';
import { formatNumber, parseNumber } from '../../domain/numbering.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { TicketCommand } from '../../domain/ticket-commands.ts';
import type { StaffSession } from '../../sync/protocol/link.ts';
import type { Cases } from './cases.ts';
import type { Station } from './context.ts';
import type { HubLink } from './hub-link.ts';
import type { LocalTickets } from './local-tickets.ts';
import type { RatingDesk } from './rating.ts';
import { commandIdOf, type Requests } from './requests.ts';

// The clerk's acts on the queue. With the hub: its answer counts. Without it: the reducer on our copy, and the command is queued
// in the same ledger transaction as the answer. Picking somebody out of the line needs the hub; the number a person shows does not.

const windowSchema = z.object({ day: z.string(), state: z.enum(['CLOSED', 'OPEN', 'PAUSED']), reason: z.string().optional() });
const HUB_AWAY_CALL = '大厅主机连不上，不能叫下一位。请让群众出示号票，按“输入号码”办理。';

type Kind =
  | 'callTicket'
  | 'recall'
  | 'start'
  | 'miss'
  | 'hold'
  | 'resume'
  | 'transfer'
  | 'finish'
  | 'rejoin'
  | 'confirmPaper'
  | 'void'
  | 'take';
/** Without the hub nobody knows whether another window has picked the same person. */
const NEEDS_HUB: ReadonlySet<Kind> = new Set(['callTicket', 'rejoin']);
/** The next person stands at the window from here on. */
const NEXT_PERSON: ReadonlySet<Kind> = new Set(['start', 'resume', 'take']);

interface Act {
  readonly requestId: string;
  readonly method: string;
  readonly staff: StaffSession;
}
interface Base {
  readonly id: TicketCommand['id'];
  readonly hallId: TicketCommand['hallId'];
  readonly stationId: TicketCommand['stationId'];
  readonly staffId: StaffSession['staffId'];
  readonly at: number;
}

export class Desk {
  readonly #station: Station;
  readonly #hub: HubLink;
  readonly #tickets: LocalTickets;
  readonly #requests: Requests;
  readonly #rating: RatingDesk;
  readonly #cases: Cases;
  readonly #onLocalRecall: (ticket: Ticket) => void;

  constructor(parts: {
    station: Station;
    hub: HubLink;
    tickets: LocalTickets;
    requests: Requests;
    rating: RatingDesk;
    cases: Cases;
    onLocalRecall: (ticket: Ticket) => void;
  }) {
    this.#station = parts.station;
    this.#hub = parts.hub;
    this.#tickets = parts.tickets;
    this.#requests = parts.requests;
    this.#rating = parts.rating;
    this.#cases = parts.cases;
    this.#onLocalRecall = parts.onLocalRecall;
  }

  get window(): { readonly state: WindowState; readonly reason?: string | undefined } {
    const kept = this.#station.ledger.fact('window', windowSchema);
    return kept !== null && kept.day === this.#station.today() ? kept : { state: 'CLOSED' };
  }

  setWindow(state: WindowState, reason: string | undefined, staff: StaffSession | null): void {
    const before = this.window.state;
    this.#station.write((tx) => {
      tx.setFact('window', { day: this.#station.today(), state, ...(reason !== undefined && { reason }) });
      if (before !== state) {
        const detail = { windowId: this.#station.config.windowId };
        tx.event(this.#station.act('window.set', { ...(staff !== null && { staffId: staff.staffId }), before, after: state, detail }));
      }
    });
  }

  /** null: nobody waits. Codes: NO_WINDOW, NOT_READY, HUB_AWAY, and those of the hub (WINDOW_BUSY …). */
  call(act: Act): Promise<Result<Ticket | null>> {
    return this.#requests.once(act.requestId, act.method, async () => {
      const here = this.#here();
      if (!here.ok) return here;
      const { windowId, series } = here.value;
      const sent = await this.#hub.submit({ ...this.#base(act), kind: 'call', windowId, series });
      if (sent.kind === 'away') return err('HUB_AWAY', HUB_AWAY_CALL);
      if (!sent.result.ok) return { ok: false, error: sent.result.error };
      const ticket = (sent.result.ticket as Ticket | undefined) ?? null;
      this.#station.write((tx) => {
        if (ticket !== null) tx.takeTicketOfHub(ticket);
        tx.answer(act.requestId, act.method, ticket);
      });
      if (ticket !== null && this.window.state !== 'OPEN') this.setWindow('OPEN', undefined, act.staff);
      return ok(ticket);
    });
  }

  callTicket(act: Act, ticketId: TicketId, reason: string): Promise<Result<Ticket>> {
    return this.#atWindow(act, 'callTicket', (base, windowId) => ({ ...base, kind: 'callTicket', windowId, ticketId, reason }));
  }

  /** The number on the paper that a person shows; works without the hub. Code: BAD_NUMBER, and those of the reducer. */
  take(act: Act, typed: string): Promise<Result<Ticket>> {
    const { policy } = this.#station.reference.current ?? {};
    const parsed = parseNumber(typed);
    if (parsed === null || policy === undefined) return Promise.resolve(err('BAD_NUMBER', '号码不对，请照号票上的号码输入，例如 A012。'));
    const number = formatNumber(parsed.series, parsed.value, policy.numberDigits);
    const day = this.#station.today();
    const ticketId = ticketIdOf(this.#station.config.hallId, day, number);
    return this.#atWindow(act, 'take', (base, windowId) => ({ ...base, kind: 'take', windowId, ticketId, number, day }));
  }

  recall(act: Act): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'recall', (base) => ({ ...base, kind: 'recall' }));
  }

  start(act: Act): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'start', (base) => ({ ...base, kind: 'start' }));
  }

  miss(act: Act): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'miss', (base) => ({ ...base, kind: 'miss' }));
  }

  hold(act: Act, holdKind: HoldKind): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'hold', (base) => ({ ...base, kind: 'hold', holdKind }));
  }

  transfer(act: Act, to: { readonly toWindowId?: WindowId; readonly toSeries?: string }): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'transfer', (base) => ({ ...base, kind: 'transfer', ...to }));
  }

  finish(act: Act): Promise<Result<Ticket>> {
    return this.#onCurrent(act, 'finish', (base) => ({ ...base, kind: 'finish' }));
  }

  resume(act: Act, ticketId: TicketId): Promise<Result<Ticket>> {
    return this.#atWindow(act, 'resume', (base, windowId) => ({ ...base, kind: 'resume', windowId, ticketId }));
  }

  rejoin(act: Act, ticketId: TicketId): Promise<Result<Ticket>> {
    return this.#run(act, 'rejoin', { ...this.#base(act), kind: 'rejoin', ticketId });
  }

  confirmPaper(act: Act, ticketId: TicketId): Promise<Result<Ticket>> {
    return this.#run(act, 'confirmPaper', { ...this.#base(act), kind: 'confirmPaper', ticketId });
  }

  void(act: Act, ticketId: TicketId, reason: string): Promise<Result<Ticket>> {
    return this.#run(act, 'void', { ...this.#base(act), kind: 'void', ticketId, reason });
  }

  #onCurrent(
    act: Act,
    kind: Kind,
    make: (base: Base & { readonly ticketId: TicketId; readonly windowId: WindowId }) => TicketCommand,
  ): Promise<Result<Ticket>> {
    // Looked up inside: a repeat after the ticket has left the window must still find its first answer.
    return this.#atWindow(act, kind, (base, windowId) => {
      const current = this.#tickets.current();
      return current === null ? null : make({ ...base, windowId, ticketId: ticketIdSchema.parse(current.id) });
    });
  }

  #atWindow(act: Act, kind: Kind, make: (base: Base, windowId: WindowId) => TicketCommand | null): Promise<Result<Ticket>> {
    return this.#requests.once(act.requestId, act.method, async () => {
      const here = this.#here();
      if (!here.ok) return here;
      const command = make(this.#base(act), here.value.windowId);
      if (command === null) return err('NO_TICKET', '窗口现在没有号票，请先叫号。');
      return this.#execute(act, kind, command);
    });
  }

  #run(act: Act, kind: Kind, command: TicketCommand): Promise<Result<Ticket>> {
    return this.#requests.once(act.requestId, act.method, () => this.#execute(act, kind, command));
  }

  async #execute(act: Act, kind: Kind, command: TicketCommand): Promise<Result<Ticket>> {
    const done = await this.#decide(act, kind, command);
    if (!done.ok) return done;
    if (NEXT_PERSON.has(kind)) this.#rating.cancel();
    if (kind === 'finish') this.#rating.ask({ ticket: done.value, caseId: this.#cases.lastOfTicket(done.value.id), staff: act.staff });
    return done;
  }

  async #decide(act: Act, kind: Kind, command: TicketCommand): Promise<Result<Ticket>> {
    const sent = await this.#hub.submit(command);
    if (sent.kind === 'away')
      return NEEDS_HUB.has(kind) ? err('HUB_AWAY', '大厅主机连不上，这个操作要等连通后再做。') : this.#alone(act, command);
    if (!sent.result.ok) return { ok: false, error: sent.result.error };
    if (sent.result.ticket === undefined) return err('BAD_ANSWER', '大厅主机的应答不完整，请再试一次。');
    const ticket = sent.result.ticket as Ticket;
    this.#station.write((tx) => {
      tx.takeTicketOfHub(ticket);
      tx.answer(act.requestId, act.method, ticket);
    });
    return ok(ticket);
  }

  #alone(act: Act, command: TicketCommand): Result<Ticket> {
    const hall = this.#station.reference.require();
    if (!hall.ok) return hall;
    const allowed = this.#tickets.guard(command, hall.value.policy);
    if (!allowed.ok) return allowed;
    const done = this.#station.write((tx) => {
      const applied = this.#tickets.apply(tx, command, hall.value.policy);
      if (!applied.ok) return applied;
      tx.queue({ ...command, offline: true });
      tx.answer(act.requestId, act.method, applied.value);
      return applied;
    });
    if (done.ok && command.kind === 'recall') this.#onLocalRecall(done.value);
    return done;
  }

  #here(): Result<{ readonly windowId: WindowId; readonly series: string[] }> {
    const hall = this.#station.reference.require();
    if (!hall.ok) return hall;
    const { windowId } = this.#station.config;
    const window = this.#station.reference.window(windowId);
    if (windowId === undefined || window === null) return err('NO_WINDOW', '本机没有对应的窗口，请联系管理员检查配置。');
    return ok({ windowId, series: [...window.series] });
  }

  #base(act: Act): Base {
    const { config, ledger } = this.#station;
    return {
      id: commandIdOf(config.stationId, act.requestId),
      hallId: config.hallId,
      stationId: config.stationId,
      staffId: act.staff.staffId,
      at: ledger.now(),
    };
  }
}
