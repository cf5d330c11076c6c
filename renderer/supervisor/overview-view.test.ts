import { describe, expect, it } from 'vitest';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { helpCalls, seriesRows, stationRows, unconfirmedRows } from './overview-view.ts';

const MINUTE_MS = 60_000;
const device = (ok: boolean, message: string) => ({ device: 'ticketPrinter', name: '打印机', state: 'x', ok, message });
const station = (stationId: string, more: object = {}) => ({
  stationId,
  role: 'desk',
  online: true,
  devices: [],
  outbox: { count: 0, oldestAt: null, lastSuccessAt: null, parked: 0, upstream: 'online' },
  helpSince: null,
  at: 0,
  ...more,
});
const overview = (stations: object[], more: object = {}) =>
  ({
    board: { windows: [{ windowId: 'w3', number: 3 }], waiting: [{ series: 'A', name: '综合', waiting: 2 }] },
    stations,
    ...more,
  }) as unknown as HallOverview;

describe('overview of the hall', () => {
  it('puts stations that need somebody first', () => {
    const rows = stationRows(
      overview([
        station('quiet'),
        station('paper', { devices: [device(false, '纸将尽'), device(true, '正常')] }),
        station('gone', { online: false }),
        station('help', { helpSince: 0 }),
      ]),
      5 * MINUTE_MS,
    );
    expect(rows.map((row) => row.stationId)).toEqual(['help', 'gone', 'paper', 'quiet']);
    expect(rows[2]?.badDevices.map((one) => one.message)).toEqual(['纸将尽']);
  });

  it('names the window and the age of what is unsent', () => {
    const outbox = { count: 7, oldestAt: MINUTE_MS, lastSuccessAt: null, parked: 1, upstream: 'offline' };
    expect(stationRows(overview([station('d3', { windowId: 'w3', outbox })]), 10 * MINUTE_MS)[0]).toMatchObject({
      windowNumber: 3,
      unsent: 7,
      unsentMin: 9,
      parked: 1,
    });
  });

  it('the longest call for help stands first', () => {
    const rows = stationRows(overview([station('a', { helpSince: 3 * MINUTE_MS }), station('b', { helpSince: MINUTE_MS })]), 4 * MINUTE_MS);
    expect(helpCalls(rows).map((row) => [row.stationId, row.helpMin])).toEqual([
      ['b', 3],
      ['a', 1],
    ]);
  });

  it('what the hub does not say is unknown, not zero', () => {
    expect(seriesRows(overview([]), 0)).toEqual([{ series: 'A', name: '综合', waiting: 2, oldestMin: null }]);
    expect(unconfirmedRows(overview([]), 0)).toBeNull();
    const queue = { oldestWaitingSince: { A: 0 }, unconfirmed: [] };
    expect(seriesRows(overview([], { queue }), 34 * MINUTE_MS)[0]?.oldestMin).toBe(34);
    expect(unconfirmedRows(overview([], { queue }), 0)).toEqual([]);
  });
});
