import type { WindowState } from '../../domain/board.ts';
import type { Ticket } from '../../domain/documents.ts';

/** What the clerk does with the ticket at the window, in the order of the buttons. */
export const DESK_ACTIONS = ['call', 'recall', 'start', 'miss', 'hold', 'transfer', 'finish'] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];

/** F5 stays free: clerks know it as reload. */
export const ACTION_KEYS: Readonly<Record<DeskAction, string>> = {
  call: 'F2',
  recall: 'F3',
  start: 'F4',
  miss: 'F6',
  hold: 'F7',
  transfer: 'F8',
  finish: 'F9',
};

export interface ActionSituation {
  readonly window: WindowState;
  readonly ticket: Pick<Ticket, 'state' | 'body'> | null;
  readonly recallMax: number;
  /** Nobody can say who is next; the number on the paper is entered instead. */
  readonly hubAway: boolean;
}

/** The same rules as the reducer of tickets, so that a button which cannot work is not offered. */
export function availableActions({ window, ticket, recallMax, hubAway }: ActionSituation): ReadonlySet<DeskAction> {
  if (ticket === null) return new Set(window === 'OPEN' && !hubAway ? ['call'] : []);
  if (ticket.state === 'serving') return new Set(['hold', 'transfer', 'finish']);
  if (ticket.state !== 'called') return new Set();
  const actions: DeskAction[] = ['start', 'miss', 'hold', 'transfer'];
  return new Set(ticket.body.callCount > recallMax ? actions : ['recall', ...actions]);
}

/** The one button that leads on; shown as primary. */
export function mainAction(situation: ActionSituation): DeskAction {
  if (situation.ticket?.state === 'called') return 'start';
  return situation.ticket?.state === 'serving' ? 'finish' : 'call';
}

export function actionOfKey(key: string): DeskAction | null {
  return DESK_ACTIONS.find((action) => ACTION_KEYS[action] === key) ?? null;
}
