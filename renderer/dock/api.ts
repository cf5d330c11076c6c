import { useCallback, useEffect, useState } from 'react';
import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import { pageToken } from '../link/token.ts';
import type { DockAct, DockPapers, DockState } from './protocol.ts';

const POLL_MS = 500;

async function request<T>(path: string, init?: RequestInit): Promise<Result<T>> {
  let response: Response;
  try {
    const headers = {
      authorization: `Bearer ${pageToken() ?? ''}`,
      ...(init?.body !== undefined && { 'content-type': 'application/json' }),
    };
    response = await fetch(`/dock/api/${path}`, { ...init, headers });
  } catch {
    return err('NO_CONNECTION', '演示程序没有回应，请看终端里的提示。');
  }
  if (!response.ok) return { ok: false, error: (await response.json()) as Failure };
  return ok((response.status === 204 ? null : await response.json()) as T);
}

export function sendAct(act: DockAct): Promise<Result<null>> {
  return request('act', { method: 'POST', body: JSON.stringify(act) });
}

/** The dock's state, asked for twice a second; `error` is the last failure, with the last state kept. */
export function useDockState(): {
  readonly state: DockState | null;
  readonly error: Failure | null;
  readonly refresh: () => Promise<void>;
} {
  const [state, setState] = useState<DockState | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const refresh = useCallback(async () => {
    const answer = await request<DockState>('state');
    if (answer.ok) setState(answer.value);
    setError(answer.ok ? null : answer.error);
  }, []);
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => void refresh(), POLL_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { state, error, refresh };
}

/** Papers of one printer, fetched again whenever `count` changes. */
export function usePapers(stationId: string, count: number): DockPapers['papers'] {
  const [papers, setPapers] = useState<DockPapers['papers']>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: count is the trigger
  useEffect(() => {
    void request<DockPapers>(`papers/${stationId}`).then((answer) => {
      if (answer.ok) setPapers(answer.value.papers);
    });
  }, [stationId, count]);
  return papers;
}
