import { expect, test } from 'vitest';
import type { BoardWindow } from '../../domain/board.ts';
import { windowIdSchema } from '../../domain/ids.ts';
import { findWindow, whereabouts, windowStatus } from './window-status.ts';

test.each([
  [{ state: 'OPEN' }, 'IDLE', 'AT_WINDOW'],
  [{ state: 'OPEN', ticketState: 'called' }, 'CALLED', 'AT_WINDOW'],
  [{ state: 'OPEN', ticketState: 'serving' }, 'SERVING', 'SERVING'],
  [{ state: 'PAUSED' }, 'PAUSED', 'AWAY'],
  [{ state: 'PAUSED', ticketState: 'serving' }, 'SERVING', 'SERVING'],
  [{ state: 'CLOSED' }, 'CLOSED', 'AT_WINDOW'],
] as const)('%j is %s to the public and %s on the staff board', (window, status, where) => {
  expect(windowStatus(window)).toBe(status);
  expect(whereabouts(window)).toBe(where);
});

test('a window is found by id, else by the number on its sign', () => {
  const window = (windowId: string, number: number): BoardWindow => ({
    windowId: windowIdSchema.parse(windowId),
    number,
    name: '',
    department: '',
    type: '',
    state: 'OPEN',
  });
  const windows = [window('w-a', 1), window('1', 2)];
  expect(findWindow(windows, 'w-a')?.number).toBe(1);
  expect(findWindow(windows, '1')?.number).toBe(2);
  expect(findWindow(windows, '2')?.number).toBe(2);
  expect(findWindow(windows, '9')).toBeUndefined();
});
