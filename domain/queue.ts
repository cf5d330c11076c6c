import type { Ticket } from './documents.ts';
import type { WindowId } from './ids.ts';
import type { PolicyValues } from './policy.ts';

export interface PickRequest {
  readonly windowId: WindowId;
  /** Series that this window serves. */
  readonly series: readonly string[];
  readonly now: number;
  readonly policy: Pick<PolicyValues, 'priorityInterleave' | 'ordinaryMaxWaitMin'>;
}

export interface NextTicket {
  readonly ticket: Ticket;
  /** One sentence that the clerk can repeat to the person who asks why. */
  readonly reason: string;
}

const byOrder = (a: Ticket, b: Ticket): number => a.body.orderAt - b.body.orderAt || a.id.localeCompare(b.id);

/**
 * Who is next at a window. Order: tickets sent to this very window; an ordinary ticket that has waited past the bound; a priority
 * ticket while not too many were called in a row; then whoever stands first. `today` holds all tickets of the business day: the
 * run of priority calls is derived from it, so there is no counter to lose.
 */
export function pickNext(today: readonly Ticket[], request: PickRequest): NextTicket | null {
  const { now, policy } = request;
  const line = today.filter((ticket) => ticket.state === 'waiting' && canServe(ticket, request)).sort(byOrder);
  const sent = line.find((ticket) => ticket.body.forWindowId === request.windowId);
  if (sent !== undefined) return { ticket: sent, reason: '由其他窗口转来本窗口' };
  const ordinary = line.find((ticket) => ticket.body.priority === 'NORMAL');
  const priority = line.find((ticket) => ticket.body.priority === 'PRIORITY');
  if (ordinary !== undefined && waitedMin(ordinary, now) >= policy.ordinaryMaxWaitMin) {
    return { ticket: ordinary, reason: `等候已满 ${policy.ordinaryMaxWaitMin} 分钟，不再让后` };
  }
  if (priority !== undefined && (ordinary === undefined || priorityRun(today) < policy.priorityInterleave)) {
    return { ticket: priority, reason: '优先办理' };
  }
  const first = ordinary ?? priority;
  return first === undefined ? null : { ticket: first, reason: `先来先办，已等候 ${waitedMin(first, now)} 分钟` };
}

function canServe(ticket: Ticket, request: PickRequest): boolean {
  const { forWindowId, series } = ticket.body;
  return forWindowId === undefined ? request.series.includes(series) : forWindowId === request.windowId;
}

function waitedMin(ticket: Ticket, now: number): number {
  return Math.max(0, Math.floor((now - ticket.body.issuedAt) / 60_000));
}

/** Priority tickets called in a row just now. */
function priorityRun(today: readonly Ticket[]): number {
  const calledLast = today
    .filter((ticket) => ticket.body.firstCalledAt !== undefined)
    .sort((a, b) => (b.body.firstCalledAt ?? 0) - (a.body.firstCalledAt ?? 0));
  const end = calledLast.findIndex((ticket) => ticket.body.priority === 'NORMAL');
  return end === -1 ? calledLast.length : end;
}

/** Waiting tickets in the order in which they stand. */
export function waitingLine(today: readonly Ticket[], series?: string): readonly Ticket[] {
  return today.filter((ticket) => ticket.state === 'waiting' && (series === undefined || ticket.body.series === series)).sort(byOrder);
}

/** People before this ticket in its series. */
export function aheadOf(today: readonly Ticket[], ticket: Ticket): number {
  return waitingLine(today, ticket.body.series).filter((other) => other.id !== ticket.id && byOrder(other, ticket) < 0).length;
}

/** Place of a ticket that rejoins after a miss: behind the policy's number of waiting people, or first. */
export function rejoinOrder(today: readonly Ticket[], ticket: Ticket, policy: Pick<PolicyValues, 'missedRule' | 'missedBehind'>): number {
  const line = waitingLine(today, ticket.body.series);
  const behind = policy.missedRule === 'REJOIN_NEXT' ? 0 : policy.missedBehind;
  const before = line[Math.min(behind, line.length) - 1];
  const first = line[0];
  if (before !== undefined) return before.body.orderAt + 0.5;
  return first === undefined ? ticket.body.orderAt : Math.min(ticket.body.orderAt, first.body.orderAt - 0.5);
}

const MIN_SAMPLES = 5;

/**
 * Estimated wait: people ahead × the middle half of today's service times ÷ open windows. `null` while fewer than five services
 * ended today or no window is open: unknown is said as unknown.
 */
export function estimateWait(
  today: readonly Ticket[],
  ahead: number,
  openWindows: number,
): { readonly fromMin: number; readonly toMin: number } | null {
  const minutes = today
    .filter((ticket) => ticket.state === 'done')
    .map((ticket) => ((ticket.body.finishedAt ?? 0) - (ticket.body.startedAt ?? ticket.body.finishedAt ?? 0) - ticket.body.heldMs) / 60_000)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  if (minutes.length < MIN_SAMPLES || openWindows === 0) return null;
  const at = (share: number): number => minutes[Math.floor((minutes.length - 1) * share)] ?? 0;
  return { fromMin: Math.floor((ahead * at(0.25)) / openWindows), toMin: Math.ceil(((ahead + 1) * at(0.75)) / openWindows) };
}
