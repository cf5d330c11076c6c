import { createContext, use, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { newId } from '../../domain/ids.ts';
import { err, type Failure, type Result } from '../../domain/result.ts';
import type { DeskState, LinkMethod, LinkMethods } from '../../sync/protocol/link.ts';
import { useLink } from '../link/hooks.ts';
import { createRequestIds } from './request-ids.ts';

type ActMethod = { [M in LinkMethod]: LinkMethods[M]['params'] extends { readonly requestId: string } ? M : never }[LinkMethod];
/** Sends an act under an id of its own; while one is under way another is not started (code BUSY). */
export type Act = <M extends ActMethod>(
  method: M,
  params: Omit<LinkMethods[M]['params'], 'requestId'>,
) => Promise<Result<LinkMethods[M]['result']>>;

export interface Desk {
  readonly state: DeskState;
  /** The state now, for what goes on after an answer was awaited. */
  readonly latest: () => DeskState;
  readonly act: Act;
  readonly busy: boolean;
  /** What failed last and was not put away yet. */
  readonly failure: Failure | null;
  readonly report: (failure: Failure | null) => void;
  /** Brings what is typed into the ledger; false: not saved, stay here. */
  readonly saveOpenCase: () => Promise<boolean>;
  /** The open case form says how it is saved. */
  readonly setOpenCase: (save: (() => Promise<boolean>) | null) => void;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) throw new Error('useDesk outside of the desk page');
  return desk;
}

export function useDeskValue(state: DeskState): Desk {
  const link = useLink();
  const [ids] = useState(() => createRequestIds(newId));
  const [busy, setBusy] = useState(false);
  const [failure, report] = useState<Failure | null>(null);
  const busyNow = useRef(false);
  const latestState = useRef(state);
  const openCase = useRef<(() => Promise<boolean>) | null>(null);
  const ticketId = state.ticket?.id;

  useLayoutEffect(() => {
    latestState.current = state;
  }, [state]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket at the window makes every act a new intent
  useEffect(() => ids.forget(), [ids, ticketId]);

  const act = useCallback<Act>(
    async (method, params) => {
      if (busyNow.current) return err('BUSY', '上一步还没有完成，请稍等。');
      busyNow.current = true;
      setBusy(true);
      const intent = `${method} ${JSON.stringify(params)}`;
      const full = { ...params, requestId: ids.idFor(intent) } as LinkMethods[typeof method]['params'];
      const result = await link.call(method, full);
      ids.settle(intent, result);
      busyNow.current = false;
      setBusy(false);
      report(result.ok ? null : result.error);
      return result;
    },
    [ids, link],
  );

  const latest = useCallback(() => latestState.current, []);
  const saveOpenCase = useCallback(async () => (await openCase.current?.()) ?? true, []);
  const setOpenCase = useCallback((save: (() => Promise<boolean>) | null) => {
    openCase.current = save;
  }, []);

  return useMemo(
    () => ({ state, latest, act, busy, failure, report, saveOpenCase, setOpenCase }),
    [state, latest, act, busy, failure, saveOpenCase, setOpenCase],
  );
}
