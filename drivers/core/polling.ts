import { setTimeout as delay } from 'node:timers/promises';

/** Waits that long, or shorter when the signal aborts; never throws. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Runs `task` at once and then again that long after each end; gives the function that stops it and waits for a run under way. */
export function startPolling(task: () => Promise<void>, everyMs: number): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await task();
      await pause(everyMs, stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}
