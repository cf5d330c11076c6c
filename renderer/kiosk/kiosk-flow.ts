import type { ItemId, TicketId } from '../../domain/ids.ts';
import { ticketIdSchema } from '../../domain/ids.ts';
import type { Failure, Result } from '../../domain/result.ts';
import type { IssuedTicket, ReadCard } from '../../sync/protocol/link.ts';
import type { Way } from './catalogue.ts';

export interface Issuing {
  readonly at: 'issuing';
  readonly itemId: ItemId;
  readonly cardId: string | null;
  readonly requestId: string;
}
export interface Reprinting {
  readonly at: 'reprinting';
  readonly ticketId: TicketId;
  readonly number: string;
  readonly requestId: string;
}
export type Work = Issuing | Reprinting;

export type Step =
  | { readonly at: 'welcome' }
  | { readonly at: 'ways' }
  | { readonly at: 'groups'; readonly way: Way; readonly page: number }
  | { readonly at: 'list'; readonly way: Way; readonly group: string; readonly path: readonly string[]; readonly page: number }
  | { readonly at: 'search'; readonly query: string; readonly page: number }
  | { readonly at: 'item'; readonly itemId: ItemId }
  /** `attempt` rises with every reading, so that a late answer of an earlier one is not taken for this one. */
  | { readonly at: 'identify'; readonly itemId: ItemId; readonly attempt: number; readonly problem: Failure | null }
  | { readonly at: 'confirm'; readonly itemId: ItemId; readonly card: ReadCard }
  | Work
  | { readonly at: 'ticket'; readonly ticket: IssuedTicket; readonly cardUsed: boolean }
  /** The number exists but nobody knows of paper: it does not wait yet. */
  | { readonly at: 'unprinted'; readonly ticket: IssuedTicket }
  /** One number per person: this one holds a number already. */
  | { readonly at: 'already'; readonly ticketId: TicketId; readonly number: string }
  | { readonly at: 'failed'; readonly failure: Failure; readonly work: Work };

export interface Flow {
  readonly step: Step;
  /** Steps that 返回 goes back to, newest last; empty as soon as a number is being issued. */
  readonly back: readonly Step[];
  readonly large: boolean;
  readonly low: boolean;
  readonly language: 'zh' | 'en';
}

export type Action =
  | { readonly type: 'start' }
  | { readonly type: 'chooseWay'; readonly way: Way | 'search' }
  | { readonly type: 'chooseGroup'; readonly group: string }
  | { readonly type: 'openPath'; readonly part: string }
  | { readonly type: 'query'; readonly query: string }
  | { readonly type: 'turnPage'; readonly page: number }
  | { readonly type: 'chooseItem'; readonly itemId: ItemId }
  /** `reader`: this kiosk has a card reader. */
  | { readonly type: 'takeNumber'; readonly reader: boolean; readonly requestId: string }
  | { readonly type: 'cardAnswer'; readonly attempt: number; readonly result: Result<ReadCard> }
  | { readonly type: 'readAgain' }
  | { readonly type: 'withoutCard'; readonly requestId: string }
  | { readonly type: 'confirmCard'; readonly requestId: string }
  | { readonly type: 'workAnswer'; readonly requestId: string; readonly result: Result<IssuedTicket> }
  | { readonly type: 'reprint'; readonly requestId: string }
  | { readonly type: 'retry'; readonly requestId: string }
  | { readonly type: 'back' }
  | { readonly type: 'home' }
  /** The person left: everything is forgotten, the settings too. */
  | { readonly type: 'wipe' }
  | { readonly type: 'toggle'; readonly setting: 'large' | 'low' | 'language' };

export const FRESH: Flow = { step: { at: 'welcome' }, back: [], large: false, low: false, language: 'zh' };
const WELCOME: Step = { at: 'welcome' };

export function kioskFlow(flow: Flow, action: Action): Flow {
  switch (action.type) {
    case 'wipe':
      return FRESH;
    case 'home':
      return { ...flow, step: WELCOME, back: [] };
    case 'back':
      return { ...flow, step: flow.back.at(-1) ?? WELCOME, back: flow.back.slice(0, -1) };
    case 'toggle':
      return toggled(flow, action.setting);
    default:
      return moved(flow, action);
  }
}

function toggled(flow: Flow, setting: 'large' | 'low' | 'language'): Flow {
  if (setting === 'language') return { ...flow, language: flow.language === 'zh' ? 'en' : 'zh' };
  return { ...flow, [setting]: !flow[setting] };
}

type Move = Exclude<Action, { type: 'wipe' | 'home' | 'back' | 'toggle' }>;

/** A move that does not belong to the present step (a double tap, a late answer) changes nothing. */
function moved(flow: Flow, action: Move): Flow {
  const { step } = flow;
  switch (action.type) {
    case 'start':
      return step.at === 'welcome' ? forward(flow, { at: 'ways' }) : flow;
    case 'chooseWay':
      if (step.at !== 'ways') return flow;
      return forward(flow, action.way === 'search' ? { at: 'search', query: '', page: 0 } : { at: 'groups', way: action.way, page: 0 });
    case 'chooseGroup':
      return step.at === 'groups' ? forward(flow, { at: 'list', way: step.way, group: action.group, path: [], page: 0 }) : flow;
    case 'openPath':
      return step.at === 'list' ? forward(flow, { ...step, path: [...step.path, action.part], page: 0 }) : flow;
    case 'query':
      return step.at === 'search' ? { ...flow, step: { at: 'search', query: action.query, page: 0 } } : flow;
    case 'turnPage':
      return 'page' in step ? { ...flow, step: { ...step, page: action.page } } : flow;
    case 'chooseItem':
      return step.at === 'list' || step.at === 'search' ? forward(flow, { at: 'item', itemId: action.itemId }) : flow;
    case 'takeNumber':
      return taken(flow, action);
    case 'cardAnswer':
    case 'readAgain':
    case 'withoutCard':
    case 'confirmCard':
      return identified(flow, action);
    case 'workAnswer':
    case 'reprint':
    case 'retry':
      return worked(flow, action);
  }
}

function forward(flow: Flow, step: Step): Flow {
  return { ...flow, step, back: flow.step.at === 'welcome' ? [WELCOME] : [...flow.back, flow.step] };
}

function working(flow: Flow, step: Work): Flow {
  return { ...flow, step, back: [] };
}

function taken(flow: Flow, action: Extract<Move, { type: 'takeNumber' }>): Flow {
  if (flow.step.at !== 'item') return flow;
  const { itemId } = flow.step;
  if (!action.reader) return working(flow, { at: 'issuing', itemId, cardId: null, requestId: action.requestId });
  return forward(flow, { at: 'identify', itemId, attempt: 1, problem: null });
}

function identified(flow: Flow, action: Extract<Move, { type: 'cardAnswer' | 'readAgain' | 'withoutCard' | 'confirmCard' }>): Flow {
  const { step } = flow;
  switch (action.type) {
    case 'cardAnswer': {
      if (step.at !== 'identify' || step.attempt !== action.attempt || step.problem !== null) return flow;
      const { result } = action;
      return { ...flow, step: result.ok ? { at: 'confirm', itemId: step.itemId, card: result.value } : { ...step, problem: result.error } };
    }
    case 'readAgain':
      if (step.at === 'confirm') return { ...flow, step: { at: 'identify', itemId: step.itemId, attempt: 1, problem: null } };
      if (step.at !== 'identify' || step.problem === null) return flow;
      return { ...flow, step: { ...step, attempt: step.attempt + 1, problem: null } };
    case 'withoutCard':
      if (step.at !== 'identify') return flow;
      return working(flow, { at: 'issuing', itemId: step.itemId, cardId: null, requestId: action.requestId });
    case 'confirmCard':
      if (step.at !== 'confirm') return flow;
      return working(flow, { at: 'issuing', itemId: step.itemId, cardId: step.card.cardId, requestId: action.requestId });
  }
}

function worked(flow: Flow, action: Extract<Move, { type: 'workAnswer' | 'reprint' | 'retry' }>): Flow {
  const { step } = flow;
  switch (action.type) {
    case 'workAnswer':
      if ((step.at !== 'issuing' && step.at !== 'reprinting') || step.requestId !== action.requestId) return flow;
      return { ...flow, step: answered(step, action.result) };
    case 'reprint': {
      const known = step.at === 'unprinted' ? step.ticket : step.at === 'already' ? step : null;
      if (known === null) return flow;
      return working(flow, { at: 'reprinting', ticketId: known.ticketId, number: known.number, requestId: action.requestId });
    }
    case 'retry':
      if (step.at !== 'failed') return flow;
      return working(flow, isUnanswered(step.failure) ? step.work : { ...step.work, requestId: action.requestId });
  }
}

/** Whether it happened is not known, so the repeat must carry the same request id: it gets the first answer, not a second number. */
function isUnanswered(failure: Failure): boolean {
  return failure.code === 'LINK_DOWN' || failure.code === 'LINK_TIMEOUT';
}

function answered(work: Work, result: Result<IssuedTicket>): Step {
  if (!result.ok) return existingTicket(result.error) ?? { at: 'failed', failure: result.error, work };
  const ticket = result.value;
  if (ticket.print !== 'printed') return { at: 'unprinted', ticket };
  return { at: 'ticket', ticket, cardUsed: work.at === 'issuing' && work.cardId !== null };
}

/** The queue's refusal of a second number names the first one (domain/ticket-guards.ts). */
function existingTicket(failure: Failure): Step | null {
  const ticketId = ticketIdSchema.safeParse(failure.detail?.ticketId);
  const number = failure.detail?.number;
  if (failure.code !== 'HAS_TICKET' || !ticketId.success || typeof number !== 'string') return null;
  return { at: 'already', ticketId: ticketId.data, number };
}

/** The card that the station process must keep for this step; it is told to forget any other. */
export function cardOf(step: Step): string | null {
  if (step.at === 'confirm') return step.card.cardId;
  if (step.at === 'issuing') return step.cardId;
  if (step.at === 'failed') return cardOf(step.work);
  return null;
}
