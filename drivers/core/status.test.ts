import { expect, test } from 'vitest';
import type { Logger } from './logger.ts';
import { createStatusCell } from './status.ts';

test('only a change is logged and told, bad states as warnings', () => {
  const lines: string[] = [];
  const logger: Logger = {
    info: (_, message) => lines.push(`info ${message}`),
    warn: (_, message) => lines.push(`warn ${message}`),
    error: () => {},
  };
  const told: string[] = [];
  const cell = createStatusCell('reader', { state: 'gone', message: '没有连接' }, ['gone'], logger);
  const unsubscribe = cell.onChange((status) => told.push(status.state));
  cell.set({ state: 'gone', message: '没有连接' });
  cell.set({ state: 'ready', message: '已就绪' });
  cell.set({ state: 'ready', message: '已就绪' });
  unsubscribe();
  cell.set({ state: 'gone', message: '没有连接' });
  expect(lines).toEqual(['info 已就绪', 'warn 没有连接']);
  expect(told).toEqual(['ready']);
});
