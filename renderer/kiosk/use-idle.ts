import { useCallback, useEffect, useRef, useState } from 'react';
import { type IdleState, type IdleTimes, idleState } from './idle.ts';

const TICK_MS = 500;
const ACTIVE: IdleState = { kind: 'active' };

export interface Idle {
  readonly state: IdleState;
  /** The person answered the question with 继续; possible as often as they like (WCAG 2.2 §2.2.1). */
  readonly goOn: () => void;
}

/**
 * Watches for touches and keys; any of them starts the time anew, and so does a new `subject` (the step). While the question
 * stands only `goOn` does, so that the finger that answers it does not press what lies beneath. Time is monotonic: setting the
 * clock wipes nobody.
 */
export function useIdle(times: IdleTimes | null, subject: unknown, onOver: () => void): Idle {
  const [state, setState] = useState<IdleState>(ACTIVE);
  const touchedAt = useRef(0);
  const over = useRef(onOver);
  over.current = onOver;
  const idleMs = times?.idleMs;
  const warnMs = times?.warnMs;
  const goOn = useCallback(() => {
    touchedAt.current = performance.now();
    setState(ACTIVE);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new subject starts the time anew
  useEffect(() => {
    goOn();
    if (idleMs === undefined || warnMs === undefined) return;
    const now = () => idleState({ idleMs, warnMs }, performance.now() - touchedAt.current);
    const touch = () => {
      if (now().kind === 'active') touchedAt.current = performance.now();
    };
    const timer = setInterval(() => {
      const next = now();
      setState((last) => (sameState(last, next) ? last : next));
      if (next.kind === 'over') over.current();
    }, TICK_MS);
    window.addEventListener('pointerdown', touch);
    window.addEventListener('keydown', touch);
    return () => {
      clearInterval(timer);
      window.removeEventListener('pointerdown', touch);
      window.removeEventListener('keydown', touch);
    };
  }, [idleMs, warnMs, subject, goOn]);
  return { state, goOn };
}

function sameState(a: IdleState, b: IdleState): boolean {
  return a.kind === b.kind && (a.kind !== 'warn' || b.kind !== 'warn' || a.secondsLeft === b.secondsLeft);
}
