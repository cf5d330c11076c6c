import type { BoardWindow } from '../../domain/board.ts';

export type WindowStatus = 'CALLED' | 'SERVING' | 'PAUSED' | 'IDLE' | 'CLOSED';

/** What the public reads of a window. A person who is being called or served counts more than the switch of the window. */
export function windowStatus(window: Pick<BoardWindow, 'state' | 'ticketState'>): WindowStatus {
  if (window.ticketState === 'called') return 'CALLED';
  if (window.ticketState === 'serving') return 'SERVING';
  return window.state === 'OPEN' ? 'IDLE' : window.state;
}

export type Whereabouts = 'AT_WINDOW' | 'SERVING' | 'AWAY';

export function whereabouts(window: Pick<BoardWindow, 'state' | 'ticketState'>): Whereabouts {
  if (window.ticketState === 'serving') return 'SERVING';
  return window.state === 'PAUSED' ? 'AWAY' : 'AT_WINDOW';
}

/** A screen's address names its window by id or by the number on the sign. */
export function findWindow(windows: readonly BoardWindow[], id: string): BoardWindow | undefined {
  return windows.find((window) => window.windowId === id) ?? windows.find((window) => String(window.number) === id);
}

/** What stands beside the number: a name of its own (办不成事反映窗口), or what it handles when the name only repeats the number. */
export function windowTitle(window: Pick<BoardWindow, 'name' | 'department'>): string {
  return /^.{1,3}号窗口$/.test(window.name) ? window.department : window.name;
}
