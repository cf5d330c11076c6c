import { describe, expect, it } from 'vitest';
import { actionOfKey, availableActions, mainAction } from './actions.ts';

const ticket = (state: 'called' | 'serving' | 'held', callCount = 1) => ({ state, body: { callCount } }) as never;
const at = (window: 'OPEN' | 'PAUSED' | 'CLOSED', current: ReturnType<typeof ticket> | null) => ({
  window,
  ticket: current,
  recallMax: 3,
  hubAway: false,
});

describe('desk actions', () => {
  it('calls only at an open window without a ticket', () => {
    expect([...availableActions(at('OPEN', null))]).toEqual(['call']);
    expect([...availableActions(at('PAUSED', null))]).toEqual([]);
    expect([...availableActions(at('OPEN', ticket('called')))]).not.toContain('call');
  });

  it('does not call while the hub is away: nobody knows who is next', () => {
    expect([...availableActions({ ...at('OPEN', null), hubAway: true })]).toEqual([]);
  });

  it('offers what the reducer of tickets accepts for a called ticket and a served one', () => {
    expect([...availableActions(at('OPEN', ticket('called')))].sort()).toEqual(['hold', 'miss', 'recall', 'start', 'transfer']);
    expect([...availableActions(at('OPEN', ticket('serving')))].sort()).toEqual(['finish', 'hold', 'transfer']);
  });

  it('a ticket at a paused window can still be finished', () => {
    expect([...availableActions(at('PAUSED', ticket('serving')))]).toContain('finish');
  });

  it('no recall after the limit of the policy', () => {
    expect(availableActions(at('OPEN', ticket('called', 3))).has('recall')).toBe(true);
    expect(availableActions(at('OPEN', ticket('called', 4))).has('recall')).toBe(false);
  });

  it('leads call → start → finish', () => {
    expect([mainAction(at('OPEN', null)), mainAction(at('OPEN', ticket('called'))), mainAction(at('OPEN', ticket('serving')))]).toEqual([
      'call',
      'start',
      'finish',
    ]);
  });

  it('knows its keys and leaves F5 alone', () => {
    expect(actionOfKey('F2')).toBe('call');
    expect(actionOfKey('F9')).toBe('finish');
    expect(actionOfKey('F5')).toBeNull();
  });
});
