import { createHash } from 'node:crypto';
import type { ItemBody, Ticket } from '../../domain/documents.ts';
import {
  type CommandId,
  commandIdSchema,
  type ItemId,
  newId,
  type StaffId,
  type TicketId,
  ticketIdOf,
  ticketIdSchema,
} from '../../domain/ids.ts';
import { formatNumber } from '../../domain/numbering.ts';
import { aheadOf } from '../../domain/queue.ts';
import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import type { IssueCommand, TicketCommand } from '../../domain/ticket-commands.ts';
import { renderTicket } from '../../drivers/printer/layout.ts';
import type { IssuedTicket, WaitRange } from '../../sync/protocol/link.ts';
import type { HallReference } from '../../sync/server/reference.ts';
import type { Station } from './context.ts';
import type { StationPrinter } from './devices.ts';
import type { HubLink } from './hub-link.ts';
import type { LedgerTx } from './ledger.ts';
import type { LocalTickets } from './local-tickets.ts';
import { commandIdOf, type Requests } from './requests.ts';

// A number's way to the person
//
//   issue ─► hub, 1 s ── answered ──────────────────────┐
//              └ away ── next number of our lease ──────┤   one ledger transaction: ticket, print job, answer "print unknown"
//                                                       ▼
//                          printer ── printed ─► printConfirmed ─► the number waits
//                                  └─ failed/unknown/power cut ─► printFailed ─► `unconfirmed`, a clerk or a reprint decides
//
// What happened to the paper is queued in the ledger before anybody is told, so the hub hears of it whatever dies meanwhile.

export interface IssueRequest {
  readonly requestId: string;
  readonly method: 'ticket.issue' | 'queue.issue';
  readonly itemId: ItemId;
  readonly priority: 'NORMAL' | 'PRIORITY';
  readonly personHash?: string;
  readonly staffId?: StaffId;
}

interface Issued {
  readonly ticket: Ticket;
  readonly ahead: number | null;
  readonly waitRange: WaitRange | null;
  readonly offline: boolean;
}

interface Print {
  readonly jobId: string;
  readonly reprint: boolean;
  readonly staffId?: StaffId | undefined;
}

const NO_PRINTER: Failure = { code: 'NO_PRINTER', message: '本机没有打印机，请记下号码，或请工作人员确认。' };
const LATE_ANSWER = '大厅主机应答太晚，已改用备用号';

export class Ticketing {
  readonly #station: Station;
  readonly #hub: HubLink;
  readonly #tickets: LocalTickets;
  readonly #requests: Requests;
  readonly #printer: StationPrinter | null;

  constructor(parts: { station: Station; hub: HubLink; tickets: LocalTickets; requests: Requests; printer: StationPrinter | null }) {
    this.#station = parts.station;
    this.#hub = parts.hub;
    this.#tickets = parts.tickets;
    this.#requests = parts.requests;
    this.#printer = parts.printer;
  }

  /** Codes: NOT_READY, ITEM_UNKNOWN, NO_NUMBERS, and those of the hub (HAS_TICKET …). A number whose paper failed is still a number. */
  issue(request: IssueRequest): Promise<Result<IssuedTicket>> {
    return this.#requests.once(request.requestId, request.method, async () => {
      const hall = this.#station.reference.require();
      if (!hall.ok) return hall;
      const item = hall.value.items.get(request.itemId);
      if (item === undefined) return err('ITEM_UNKNOWN', '没有这个事项，请重新选择。');
      const print: Print | null = this.#printer === null ? null : { jobId: newId(), reprint: false, staffId: request.staffId };
      const issued = await this.#takeNumber(request, item, hall.value, print);
      return issued.ok ? ok(await this.#printed(request, issued.value, hall.value, print)) : issued;
    });
  }

  /** Keeps the number; the paper says 补打. Codes: NOT_READY, TICKET_UNKNOWN, TICKET_ENDED. */
  reprint(request: { readonly requestId: string; readonly ticketId: TicketId; readonly staffId?: StaffId }): Promise<Result<IssuedTicket>> {
    return this.#requests.once(request.requestId, 'ticket.reprint', async () => {
      const hall = this.#station.reference.require();
      if (!hall.ok) return hall;
      const ticket = this.#tickets.today().find((candidate) => candidate.id === request.ticketId);
      if (ticket === undefined) return err('TICKET_UNKNOWN', '找不到这张号票，请找工作人员。');
      if (['done', 'void', 'abandoned'].includes(ticket.state)) return err('TICKET_ENDED', '这个号已经办完或作废，请重新取号。');
      const offline = !this.#hub.online;
      const issued: Issued = { ticket, ahead: offline ? null : aheadOf(this.#tickets.today(), ticket), waitRange: null, offline };
      const print: Print | null = this.#printer === null ? null : { jobId: newId(), reprint: true, staffId: request.staffId };
      this.#station.write((tx) => this.#begin(tx, { ...request, method: 'ticket.reprint' }, issued, hall.value, print));
      return ok(await this.#printed({ ...request, method: 'ticket.reprint' }, issued, hall.value, print));
    });
  }

  /** Jobs that a crash cut short: nobody knows what came out, so nobody may be called on them unseen. */
  recoverPrints(): void {
    for (const job of this.#station.ledger.openPrintJobs()) {
      const hall = this.#station.reference.current;
      this.#station.write((tx) => {
        tx.endPrint(job.jobId, 'unknown');
        if (job.kind === 'ticket' && hall !== null) {
          this.#record(tx, hall, {
            ...this.#command(job.subjectId),
            kind: 'printFailed',
            jobId: job.jobId,
            reason: '打印时程序中断，结果不明',
          });
        }
      });
    }
  }

  async #takeNumber(request: IssueRequest, item: ItemBody, hall: HallReference, print: Print | null): Promise<Result<Issued>> {
    const { config, ledger } = this.#station;
    const command: IssueCommand = {
      id: commandIdOf(config.stationId, request.requestId),
      kind: 'issue',
      hallId: config.hallId,
      stationId: config.stationId,
      at: ledger.now(),
      itemId: item.itemId,
      itemName: item.name.slice(0, 200),
      series: item.series,
      priority: request.priority,
      ...(request.personHash !== undefined && { personHash: request.personHash }),
      ...(request.staffId !== undefined && { staffId: request.staffId }),
    };
    const sent = await this.#hub.submit(command);
    if (sent.kind === 'away') return this.#fromLease(request, command, hall, print, sent.maybeReceived);
    if (!sent.result.ok) return { ok: false, error: sent.result.error };
    const { ticket, ahead, waitRange } = sent.result;
    if (ticket === undefined) return err('BAD_ANSWER', '大厅主机的应答不完整，请再试一次。');
    const issued: Issued = { ticket: ticket as Ticket, ahead: ahead ?? null, waitRange: waitRange ?? null, offline: false };
    this.#station.write((tx) => {
      tx.takeTicketOfHub(issued.ticket);
      this.#begin(tx, request, issued, hall, print);
    });
    return ok(issued);
  }

  #fromLease(
    request: IssueRequest,
    attempt: IssueCommand,
    hall: HallReference,
    print: Print | null,
    maybeReceived: boolean,
  ): Result<Issued> {
    const allowed = this.#tickets.guard(attempt, hall.policy);
    if (!allowed.ok) return allowed;
    const day = this.#station.today();
    return this.#station.write((tx) => {
      // The attempt may have taken a number at the hub that nobody will ever hold: it is asked for and voided, before ours is told.
      if (maybeReceived) tx.queue(attempt, LATE_ANSWER);
      const applied = this.#nextLeased(tx, attempt, day, hall);
      if (!applied.ok) return applied;
      // Who was called or came elsewhere meanwhile is not known here: no count instead of a wrong one.
      const issued: Issued = { ticket: applied.value, ahead: null, waitRange: null, offline: true };
      this.#begin(tx, request, issued, hall, print);
      return ok(issued);
    });
  }

  /** Numbers that are known to be taken (a ledger that was lost and leased again) are passed over. Code: NO_NUMBERS. */
  #nextLeased(tx: LedgerTx, attempt: IssueCommand, day: string, hall: HallReference): Result<Ticket> {
    const id = followUpId(attempt.id, 'leased');
    for (let value = tx.takeNumber(day, attempt.series); value !== null; value = tx.takeNumber(day, attempt.series)) {
      const number = formatNumber(attempt.series, value, hall.policy.numberDigits);
      const ticketId = ticketIdOf(this.#station.config.hallId, day, number);
      if (tx.ticket(ticketId) !== null) continue;
      const command: IssueCommand = { ...attempt, id, offline: true, leased: { day, value } };
      const applied = this.#tickets.apply(tx, command, hall.policy, { number, ticketId });
      if (applied.ok) tx.queue(command);
      return applied;
    }
    return err('NO_NUMBERS', '大厅主机连不上，备用号也用完了，请直接到窗口找工作人员。');
  }

  /** From here on the number exists for this station: should it die now, a repeat is told that the paper is unknown. */
  #begin(
    tx: LedgerTx,
    request: { readonly requestId: string; readonly method: string },
    issued: Issued,
    hall: HallReference,
    print: Print | null,
  ): void {
    tx.answer(request.requestId, request.method, answerOf(issued, hall, 'unknown'));
    if (print === null) return;
    const { id, body } = issued.ticket;
    tx.startPrint({ jobId: print.jobId, kind: 'ticket', subjectId: id, attempts: body.printAttempts + 1 });
    this.#record(tx, hall, { ...this.#command(id, print.staffId), kind: 'printStarted', jobId: print.jobId });
  }

  async #printed(
    request: { readonly requestId: string; readonly method: string },
    issued: Issued,
    hall: HallReference,
    print: Print | null,
  ): Promise<IssuedTicket> {
    this.#hub.sendQueued();
    if (print === null || this.#printer === null) return this.#keep(request, answerOf(issued, hall, 'failed', NO_PRINTER), null);
    const outcome = await this.#printer.print(
      print.jobId,
      renderTicket(paperOf(issued, hall, print.reprint), { columns: this.#printer.columns }),
    );
    const failure = outcome.outcome === 'printed' ? undefined : outcome.reason;
    const answer = answerOf(issued, hall, outcome.outcome, failure);
    const base = this.#command(issued.ticket.id, print.staffId);
    const command: TicketCommand =
      failure === undefined
        ? { ...base, kind: 'printConfirmed', jobId: print.jobId }
        : { ...base, kind: 'printFailed', jobId: print.jobId, reason: failure.message.slice(0, 200) };
    this.#keep(request, answer, (tx) => {
      tx.endPrint(print.jobId, outcome.outcome);
      this.#record(tx, hall, command);
    });
    this.#hub.sendQueued();
    return answer;
  }

  #keep(
    request: { readonly requestId: string; readonly method: string },
    answer: IssuedTicket,
    more: ((tx: LedgerTx) => void) | null,
  ): IssuedTicket {
    this.#station.write((tx) => {
      more?.(tx);
      tx.answer(request.requestId, request.method, answer);
    });
    return answer;
  }

  /** What happened to paper is a fact: our copy follows as far as it can, the hub hears of it in any case. */
  #record(tx: LedgerTx, hall: HallReference, command: TicketCommand): void {
    this.#tickets.apply(tx, command, hall.policy);
    tx.queue(command);
  }

  #command(ticketId: string, staffId?: StaffId) {
    const { config, ledger } = this.#station;
    return {
      id: commandIdSchema.parse(newId()),
      hallId: config.hallId,
      stationId: config.stationId,
      at: ledger.now(),
      ticketId: ticketIdSchema.parse(ticketId),
      ...(staffId !== undefined && { staffId }),
    };
  }
}

/** An act that follows from another one gets its own id, the same at every repeat. */
function followUpId(id: CommandId, what: string): CommandId {
  return commandIdSchema.parse(createHash('sha256').update(`${id}|${what}`).digest('hex').slice(0, 40));
}

function answerOf(
  { ticket, ahead, waitRange, offline }: Issued,
  hall: HallReference,
  print: IssuedTicket['print'],
  printError?: Failure,
): IssuedTicket {
  return {
    ticketId: ticketIdSchema.parse(ticket.id),
    number: ticket.body.number,
    itemName: ticket.body.itemName,
    ahead,
    waitRange,
    waitingPlace: hall.hall.waitingPlace,
    print,
    ...(printError !== undefined && { printError }),
    offline,
  };
}

const MAX_HINTED = 6;

function paperOf({ ticket, ahead, waitRange }: Issued, { hall, windows, items }: HallReference, reprint: boolean) {
  const serving = windows.filter((window) => window.series.includes(ticket.body.series)).map((window) => window.number);
  const materials = (items.get(ticket.body.itemId)?.materials ?? [])
    .filter((material) => material.required)
    .map((material) => material.name);
  return {
    hallName: hall.name,
    number: ticket.body.number,
    itemName: ticket.body.itemName,
    issuedAt: new Date(ticket.body.issuedAt).toISOString(),
    aheadCount: ahead,
    waitRange,
    waitingPlace: hall.waitingPlace,
    qrText: ticket.id,
    reprint,
    validDay: ticket.day,
    ...(serving.length > 0 && serving.length <= MAX_HINTED && { windowHint: `${serving.sort((a, b) => a - b).join('、')} 号窗口` }),
    ...(materials.length > 0 && { materialsHint: `请备好：${materials.slice(0, MAX_HINTED).join('、')}` }),
  };
}
