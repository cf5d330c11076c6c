import type { Board, BoardCall, BoardWindow, WindowState } from './board.ts';
import type { HallBody, StaffBody, Ticket, WindowBody } from './documents.ts';
import type { HallId, WindowId } from './ids.ts';
import { isOpenAt } from './local-time.ts';
import type { PolicyValues } from './policy.ts';
import { waitingLine } from './queue.ts';

const MAX_CALLS = 12;
const MAX_NEXT = 10;

export interface BoardInput {
  readonly hallId: HallId;
  readonly hall: Pick<HallBody, 'name' | 'series'>;
  readonly windows: readonly WindowBody[];
  readonly staff: readonly StaffBody[];
  /** What the desks said of themselves; a window that nobody speaks for is closed. */
  readonly windowStates: ReadonlyMap<WindowId, { readonly state: WindowState; readonly staffId?: string }>;
  readonly today: readonly Ticket[];
  readonly calls: readonly BoardCall[];
  readonly notices: readonly string[];
  readonly policy: PolicyValues;
  readonly day: string;
  readonly now: number;
  readonly hubAway: boolean;
}

/** The public view of the hall. Only what stands here may reach a public screen. */
export function buildBoard(input: BoardInput): Board {
  const waiting = input.hall.series.map((series) => ({
    series: series.prefix,
    name: series.name,
    waiting: waitingLine(input.today, series.prefix).length,
  }));
  const line = waitingLine(input.today);
  return {
    hallId: input.hallId,
    hallName: input.hall.name,
    at: input.now,
    day: input.day,
    open: isOpenAt(input.now, input.policy),
    hubAway: input.hubAway,
    windows: [...input.windows].sort((a, b) => a.number - b.number).map((window) => boardWindow(window, input)),
    calls: [...input.calls].sort((a, b) => b.callSeq - a.callSeq).slice(0, MAX_CALLS),
    waiting,
    waitingTotal: line.length,
    next: line.slice(0, MAX_NEXT).map((ticket) => ticket.body.number),
    notices: input.notices,
  };
}

function boardWindow(window: WindowBody, input: BoardInput): BoardWindow {
  const said = input.windowStates.get(window.windowId);
  const person = said?.staffId === undefined ? undefined : input.staff.find((staff) => staff.staffId === said.staffId);
  const ticket = input.today.find(
    (candidate) => (candidate.state === 'called' || candidate.state === 'serving') && candidate.body.windowId === window.windowId,
  );
  return {
    windowId: window.windowId,
    number: window.number,
    name: window.name,
    department: window.department,
    type: window.type,
    state: said?.state ?? 'CLOSED',
    ...(person !== undefined && {
      staffName: person.name,
      staffNumber: person.staffNumber,
      staffPost: person.post,
      partyMember: person.partyMember,
    }),
    ...(ticket !== undefined && {
      ticketNumber: ticket.body.number,
      ticketState: ticket.state === 'called' ? ('called' as const) : ('serving' as const),
      itemName: ticket.body.itemName,
    }),
  };
}
