import { describe, expect, it } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { createRequestIds } from './request-ids.ts';

describe('request ids', () => {
  const counted = () => {
    let n = 0;
    return createRequestIds(() => `r${++n}`);
  };

  it('repeats the id after an unanswered request and renews it after an answer', () => {
    const ids = counted();
    expect(ids.idFor('call')).toBe('r1');
    ids.settle('call', err('LINK_TIMEOUT', '没有回应'));
    expect(ids.idFor('call')).toBe('r1');
    ids.settle('call', ok(null));
    expect(ids.idFor('call')).toBe('r2');
    ids.settle('call', err('WRONG_STATE', '不能这样操作'));
    expect(ids.idFor('call')).toBe('r3');
  });

  it('a double tap of one intent has one id, another intent has its own', () => {
    const ids = counted();
    expect(ids.idFor('call')).toBe(ids.idFor('call'));
    expect(ids.idFor('recall')).not.toBe(ids.idFor('call'));
  });

  it('after another ticket came, the same words are a new intent', () => {
    const ids = counted();
    const first = ids.idFor('call');
    ids.settle('call', err('LINK_DOWN', '断开'));
    ids.forget();
    expect(ids.idFor('call')).not.toBe(first);
  });
});
