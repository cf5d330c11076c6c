import { describe, expect, it } from 'vitest';
import type { RatingPrompt } from '../../sync/protocol/link.ts';
import { IDLE, type RatingAction, type RatingView, ratingReducer, secondsLeft, THANKS_MS } from './rating-flow.ts';

const prompt = (sessionId: string) => ({ sessionId, ticketNumber: 'A001', promptedAt: 0, expiresAt: 60_000 }) as RatingPrompt;
const ask = (sessionId: string, now = 0): RatingAction => ({ type: 'prompt', prompt: prompt(sessionId), now });
const gone = (now = 0): RatingAction => ({ type: 'prompt', prompt: null, now });
const run = (...actions: RatingAction[]): RatingView => actions.reduce(ratingReducer, IDLE);
const tap: RatingAction = { type: 'tapped', level: 'DISSATISFIED' };

describe('rating flow', () => {
  it('one tap sends that level, then thanks for three seconds', () => {
    expect(run(ask('s1'), tap)).toMatchObject({ at: 'sending', level: 'DISSATISFIED' });
    const thanked = run(ask('s1'), tap, { type: 'accepted', now: 10 });
    expect(ratingReducer(thanked, { type: 'tick', now: 10 + THANKS_MS - 1 }).at).toBe('ended');
    expect(ratingReducer(thanked, { type: 'tick', now: 10 + THANKS_MS })).toEqual(IDLE);
  });

  it('a second tap while sending changes nothing', () => {
    expect(run(ask('s1'), tap, { type: 'tapped', level: 'VERY_SATISFIED' })).toMatchObject({ level: 'DISSATISFIED' });
  });

  it('time-out leads to the idle page without passing through sending', () => {
    expect(run(ask('s1'), { type: 'tick', now: 59_999 }).at).toBe('asking');
    expect(run(ask('s1'), { type: 'tick', now: 60_000 })).toEqual(IDLE);
    expect(run(ask('s1', 60_001))).toEqual(IDLE);
  });

  it('a prompt that the server takes back ends; the end of one that was tapped does not hide the thanks', () => {
    expect(run(ask('s1'), gone())).toEqual(IDLE);
    expect(run(ask('s1'), tap, gone(), { type: 'accepted', now: 5 }).at).toBe('ended');
    expect(run(ask('s1'), tap, { type: 'accepted', now: 5 }, gone()).at).toBe('ended');
  });

  it('the next person is asked at once, the person who rated is not asked again', () => {
    const thanked = run(ask('s1'), tap, { type: 'accepted', now: 5 });
    expect(ratingReducer(thanked, ask('s1', 6))).toBe(thanked);
    expect(ratingReducer(thanked, ask('s2', 6))).toMatchObject({ at: 'asking', prompt: { sessionId: 's2' } });
  });

  it('a refused rating is said and may be tapped again', () => {
    const refused = run(ask('s1'), tap, { type: 'refused', failure: { code: 'LINK_DOWN', message: '断开' }, now: 5 });
    expect(refused).toMatchObject({ at: 'asking', failure: { code: 'LINK_DOWN' } });
    expect(ratingReducer(refused, tap).at).toBe('sending');
  });

  it('a tap whose first answer was lost is thanked for; one that came too late is told so', () => {
    const refused = (code: string) => run(ask('s1'), tap, { type: 'refused', failure: { code, message: '' }, now: 5 });
    expect(refused('ALREADY_RATED')).toMatchObject({ at: 'ended', rated: true });
    expect(refused('RATING_CLOSED')).toMatchObject({ at: 'ended', rated: false });
  });

  it('a key of the keypad is thanked for on the screen, too; of another prompt it says nothing', () => {
    const pressed = (sessionId: string) => ({ type: 'rated' as const, sessionId, now: 5 });
    expect(run(ask('s1'), pressed('s1'), gone())).toMatchObject({ at: 'ended', rated: true });
    expect(run(ask('s2'), pressed('s1'))).toMatchObject({ at: 'asking' });
    expect(run(pressed('s1'))).toEqual(IDLE);
  });

  it('counts whole seconds, never below zero', () => {
    expect([secondsLeft(prompt('s'), 58_500), secondsLeft(prompt('s'), 61_000)]).toEqual([2, 0]);
  });
});
