import { useCallback, useEffect, useState } from 'react';

const LOCKED_KEY = 'bianmin.deskLocked';
const CHECK_EVERY_MS = 5_000;
const ACTIVITY = ['pointerdown', 'keydown', 'wheel'] as const;

export interface IdleLock {
  readonly locked: boolean;
  readonly lock: () => void;
  readonly unlock: () => void;
}

/** Locks after `afterMin` minutes without a hand on the desk; a reload stays locked. `null`: not known yet, does not lock. */
export function useIdleLock(afterMin: number | null): IdleLock {
  const [locked, setLocked] = useState(() => window.sessionStorage.getItem(LOCKED_KEY) !== null);
  const lock = useCallback(() => {
    window.sessionStorage.setItem(LOCKED_KEY, '1');
    setLocked(true);
  }, []);
  const unlock = useCallback(() => {
    window.sessionStorage.removeItem(LOCKED_KEY);
    setLocked(false);
  }, []);
  useEffect(() => {
    if (locked || afterMin === null) return;
    // Monotonic: setting the PC's clock must neither lock nor keep open.
    let lastActive = performance.now();
    const touch = () => {
      lastActive = performance.now();
    };
    for (const type of ACTIVITY) window.addEventListener(type, touch, { capture: true, passive: true });
    const timer = setInterval(() => {
      if (performance.now() - lastActive >= afterMin * 60_000) lock();
    }, CHECK_EVERY_MS);
    return () => {
      clearInterval(timer);
      for (const type of ACTIVITY) window.removeEventListener(type, touch, { capture: true });
    };
  }, [locked, afterMin, lock]);
  return { locked, lock, unlock };
}
