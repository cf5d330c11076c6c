import type { Ticket, TicketBody, TicketState } from './documents.ts';
import { itemIdSchema, type StationId, ticketIdOf, type WindowId } from './ids.ts';
import { parseNumber } from './numbering.ts';
import type { PolicyValues } from './policy.ts';
import { assertNever, err, ok, type Result } from './result.ts';
import type { IssueCommand, TakeCommand, TicketCommand } from './ticket-commands.ts';

/** What the reducer may know besides the ticket and the command. It reads no clock and no store. */
export interface TicketContext {
  readonly policy: PolicyValues;
  readonly day: string;
  /** Stamp and writer of the resulting state. */
  readonly stamp: string;
  readonly stationId: StationId;
  /** `issue`: the number given by the sequence or taken from the lease. */
  readonly number?: string;
  /** `call`: why this ticket was next (domain/queue.ts). */
  readonly callReason?: string;
  /** `rejoin`: the new place in the line (domain/queue.ts). */
  readonly orderAt?: number;
}

export interface TicketChange {
  readonly ticket: Ticket;
  /** The command could not be applied because somebody else acted on the ticket meanwhile; it is kept on the ticket. */
  readonly clash: boolean;
}

export type TicketErrorCode =
  | 'TICKET_UNKNOWN'
  | 'NUMBER_TAKEN'
  | 'WRONG_STATE'
  | 'NOT_YOURS'
  | 'RECALL_LIMIT'
  | 'STALE_JOB'
  | 'MUST_TAKE_NEW'
  | 'BAD_NUMBER'
  | 'NO_TARGET';
type Step = Result<Ticket, TicketErrorCode>;

const BEFORE_QUEUE: readonly TicketState[] = ['reserved', 'printing', 'unconfirmed'];
const AT_WINDOW: readonly TicketState[] = ['called', 'serving'];
const ENDED: readonly TicketState[] = ['done', 'void', 'abandoned'];

/**
 * The one reducer of a ticket's life, used by the hub, by a station that is cut off, and by tests. A command that a cut-off
 * station did (`offline`) and that no longer fits is not refused: it is kept as a clash, so both desks can be told.
 */
export function applyTicketCommand(
  ticket: Ticket | null,
  command: TicketCommand,
  context: TicketContext,
): Result<TicketChange, TicketErrorCode> {
  const step = reduce(ticket, command, context);
  if (step.ok) return ok({ ticket: step.value, clash: false });
  if (command.offline === true && ticket !== null && step.error.code !== 'STALE_JOB') {
    return ok({ ticket: withClash(ticket, command, context), clash: true });
  }
  return step;
}

function reduce(ticket: Ticket | null, command: TicketCommand, context: TicketContext): Step {
  if (command.kind === 'issue') return issue(ticket, command, context);
  if (command.kind === 'take') return take(ticket, command, context);
  if (ticket === null) return err('TICKET_UNKNOWN', '找不到这张号票。');
  switch (command.kind) {
    case 'printStarted': {
      const state = BEFORE_QUEUE.includes(ticket.state) ? 'printing' : ticket.state;
      return change(ticket, context, state, { printJobId: command.jobId, printAttempts: ticket.body.printAttempts + 1 });
    }
    case 'printConfirmed':
      if (ticket.body.printJobId !== command.jobId) return err('STALE_JOB', '这次打印已经过时。');
      return BEFORE_QUEUE.includes(ticket.state) ? change(ticket, context, 'waiting', { waitingSince: command.at }) : ok(ticket);
    case 'printFailed':
      if (ticket.body.printJobId !== command.jobId) return err('STALE_JOB', '这次打印已经过时。');
      return BEFORE_QUEUE.includes(ticket.state) ? change(ticket, context, 'unconfirmed', {}) : ok(ticket);
    case 'confirmPaper':
      if (ticket.state === 'waiting') return ok(ticket);
      return BEFORE_QUEUE.includes(ticket.state) ? change(ticket, context, 'waiting', { waitingSince: command.at }) : wrongState(ticket);
    case 'void':
      if (ticket.state === 'void') return ok(ticket);
      return AT_WINDOW.includes(ticket.state) || ticket.state === 'done'
        ? wrongState(ticket)
        : change(ticket, context, 'void', { voidReason: command.reason });
    case 'abandon':
      if (ticket.state === 'abandoned') return ok(ticket);
      return AT_WINDOW.includes(ticket.state) || ENDED.includes(ticket.state)
        ? wrongState(ticket)
        : change(ticket, context, 'abandoned', {});
    case 'rejoin':
      if (ticket.state !== 'missed') return wrongState(ticket);
      if (context.policy.missedRule === 'NEW_TICKET') return err('MUST_TAKE_NEW', '过号后请重新取号。');
      return change(ticket, context, 'waiting', { orderAt: context.orderAt ?? ticket.body.orderAt }, ['windowId']);
    case 'call':
      if (ticket.state !== 'waiting') return wrongState(ticket);
      return called(ticket, command, context, context.callReason ?? '');
    case 'callTicket':
      if (ticket.state !== 'waiting' && ticket.state !== 'missed') return wrongState(ticket);
      return called(ticket, command, context, `指定叫号：${command.reason}`);
    default:
      return atWindow(ticket, command, context);
  }
}

type WindowCommand = Extract<TicketCommand, { kind: 'recall' | 'start' | 'hold' | 'resume' | 'transfer' | 'miss' | 'finish' }>;

function atWindow(ticket: Ticket, command: WindowCommand, context: TicketContext): Step {
  const { body } = ticket;
  if (command.kind === 'resume') {
    if (ticket.state !== 'held') return wrongState(ticket);
    if (body.forWindowId !== undefined && body.forWindowId !== command.windowId) return notYours(ticket);
    const heldMs = body.heldMs + Math.max(0, command.at - (body.heldSince ?? command.at));
    const resumed = { heldMs, windowId: command.windowId, startedAt: body.startedAt ?? command.at, ...staffOf(command) };
    return change(ticket, context, 'serving', resumed, ['heldSince', 'holdKind', 'forWindowId']);
  }
  if (command.kind === 'finish' && ticket.state === 'done' && body.windowId === command.windowId) return ok(ticket);
  if (!AT_WINDOW.includes(ticket.state)) return wrongState(ticket);
  if (body.windowId !== command.windowId) return notYours(ticket);
  switch (command.kind) {
    case 'recall':
      if (ticket.state !== 'called') return wrongState(ticket);
      if (body.callCount > context.policy.recallMax) return err('RECALL_LIMIT', '已经重呼多次，请按过号处理。');
      return change(ticket, context, 'called', { callCount: body.callCount + 1, calledAt: command.at });
    case 'start':
      return ticket.state === 'serving'
        ? ok(ticket)
        : change(ticket, context, 'serving', { startedAt: body.startedAt ?? command.at, ...staffOf(command) });
    case 'hold': {
      const back = command.holdKind === 'WITH_PAPERS' ? { forWindowId: command.windowId } : {};
      return change(ticket, context, 'held', { holdKind: command.holdKind, heldSince: command.at, ...back }, ['windowId']);
    }
    case 'transfer': {
      if (command.toWindowId === undefined && command.toSeries === undefined) return err('NO_TARGET', '请选择要转到的窗口或业务。');
      const target = {
        ...(command.toWindowId && { forWindowId: command.toWindowId }),
        ...(command.toSeries && { series: command.toSeries }),
      };
      return change(ticket, context, 'waiting', target, ['windowId']);
    }
    case 'miss':
      if (ticket.state !== 'called') return wrongState(ticket);
      return change(ticket, context, 'missed', { missedCount: body.missedCount + 1 });
    case 'finish':
      return change(ticket, context, 'done', { finishedAt: command.at, ...staffOf(command) });
    default:
      return assertNever(command);
  }
}

function issue(ticket: Ticket | null, command: IssueCommand, context: TicketContext): Step {
  if (context.number === undefined) throw new Error('issue needs a number');
  const facts = {
    itemId: command.itemId,
    itemName: command.itemName,
    issuedAt: command.at,
    issuedBy: command.stationId,
    priority: command.priority,
    orderAt: command.at,
    ...(command.personHash !== undefined && { personHash: command.personHash }),
  };
  if (ticket !== null) {
    return ticket.body.adopted === true
      ? change(ticket, context, ticket.state, facts, ['adopted'])
      : err('NUMBER_TAKEN', '这个号码已经用过。');
  }
  return ok(fresh(command, context, context.day, context.number, command.series, 'reserved', facts));
}

function take(ticket: Ticket | null, command: TakeCommand, context: TicketContext): Step {
  const serving = {
    windowId: command.windowId,
    startedAt: command.at,
    firstCalledAt: command.at,
    calledAt: command.at,
    ...staffOf(command),
  };
  if (ticket === null) {
    const parsed = parseNumber(command.number);
    if (parsed === null) return err('BAD_NUMBER', '号码不对，请照号票上的号码输入，例如 A012。');
    return ok(
      fresh(command, context, command.day, command.number, parsed.series, 'serving', {
        itemId: command.itemId ?? itemIdSchema.parse('unknown'),
        itemName: '',
        issuedAt: command.at,
        issuedBy: command.stationId,
        priority: 'NORMAL',
        orderAt: command.at,
        adopted: true,
        callReason: '脱网办理，按号票号码受理',
        ...serving,
      }),
    );
  }
  if (AT_WINDOW.includes(ticket.state) && ticket.body.windowId === command.windowId) return ok(ticket);
  if (AT_WINDOW.includes(ticket.state) || ticket.state === 'done') return notYours(ticket);
  const first = { firstCalledAt: ticket.body.firstCalledAt ?? command.at };
  return change(ticket, context, 'serving', { ...serving, ...first, callReason: '脱网办理，按号票号码受理' }, [
    'heldSince',
    'holdKind',
    'forWindowId',
  ]);
}

type Facts = Pick<TicketBody, 'itemId' | 'itemName' | 'issuedAt' | 'issuedBy' | 'priority' | 'orderAt'> & Partial<TicketBody>;

function fresh(
  command: TicketCommand,
  context: TicketContext,
  day: string,
  number: string,
  series: string,
  state: TicketState,
  facts: Facts,
): Ticket {
  return {
    id: ticketIdOf(command.hallId, day, number),
    hallId: command.hallId,
    kind: 'ticket',
    state,
    day,
    updatedAt: context.stamp,
    updatedBy: context.stationId,
    _deleted: false,
    body: { number, series, printAttempts: 0, callCount: 0, heldMs: 0, missedCount: 0, clashes: [], ...facts },
  };
}

function called(
  ticket: Ticket,
  command: { at: number; windowId: WindowId; staffId?: TicketBody['staffId'] },
  context: TicketContext,
  callReason: string,
): Step {
  const facts = {
    windowId: command.windowId,
    calledAt: command.at,
    firstCalledAt: ticket.body.firstCalledAt ?? command.at,
    callCount: 1,
    callReason,
    ...staffOf(command),
  };
  return change(ticket, context, 'called', facts, ['forWindowId']);
}

function change(
  ticket: Ticket,
  context: TicketContext,
  state: TicketState,
  facts: Partial<TicketBody>,
  without: readonly (keyof TicketBody)[] = [],
): Step {
  const kept = Object.fromEntries(Object.entries(ticket.body).filter(([key]) => !without.includes(key as keyof TicketBody))) as TicketBody;
  return ok({ ...ticket, state, updatedAt: context.stamp, updatedBy: context.stationId, body: { ...kept, ...facts } });
}

function withClash(ticket: Ticket, command: TicketCommand, context: TicketContext): Ticket {
  if (ticket.body.clashes.some((clash) => clash.commandId === command.id)) return ticket;
  const clash = {
    commandId: command.id,
    kind: command.kind,
    stationId: command.stationId,
    at: command.at,
    ...('windowId' in command && { windowId: command.windowId }),
  };
  return {
    ...ticket,
    updatedAt: context.stamp,
    updatedBy: context.stationId,
    body: { ...ticket.body, clashes: [...ticket.body.clashes, clash] },
  };
}

function staffOf(command: { staffId?: TicketBody['staffId'] }): Pick<TicketBody, 'staffId'> {
  return command.staffId === undefined ? {} : { staffId: command.staffId };
}

function wrongState(ticket: Ticket): Step {
  return err('WRONG_STATE', `${ticket.body.number} 号现在${TICKET_STATE_ZH[ticket.state]}，不能这样操作。`, { state: ticket.state });
}

function notYours(ticket: Ticket): Step {
  return err('NOT_YOURS', `${ticket.body.number} 号已由别的窗口处理。`, { windowId: ticket.body.windowId });
}

export const TICKET_STATE_ZH: Readonly<Record<TicketState, string>> = {
  reserved: '已预留',
  printing: '正在出票',
  unconfirmed: '出票未确认',
  waiting: '等候中',
  called: '已叫号',
  serving: '办理中',
  held: '已挂起',
  missed: '已过号',
  done: '已办结',
  void: '已作废',
  abandoned: '已弃号',
};
