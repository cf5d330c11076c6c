import { expect, test } from 'vitest';
import type { BoardWindow } from '../../domain/board.ts';
import { windowIdSchema } from '../../domain/ids.ts';
import { findWindow, whereabouts, windowStatus, windowTitle } from './window-status.ts';

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

test('a name that only repeats the number gives way to what the window handles', () => {
  expect(windowTitle({ name: '二号窗口', department: '全科社工' })).toBe('全科社工');
  expect(windowTitle({ name: '办不成事反映窗口', department: '值班长' })).toBe('办不成事反映窗口');
});
