import type { TicketId } from '../../domain/ids.ts';
import type { Result } from '../../domain/result.ts';
import type { DeskCase } from '../../sync/protocol/link.ts';
import {
  type CaseDraft,
  type DraftAction,
  type DraftFields,
  draftOf,
  draftReducer,
  isDirty,
  nextSave,
  type SaveParams,
} from './case-draft.ts';
import { isUnanswered } from './request-ids.ts';

export const AUTOSAVE_DELAY_MS = 500;

export interface DraftKeeperOptions {
  readonly existing: DeskCase | null;
  readonly initial: DraftFields;
  readonly ticketId: TicketId | null;
  readonly save: (params: SaveParams) => Promise<Result<DeskCase>>;
  readonly newRequestId: () => string;
  readonly onCreated: (saved: DeskCase) => void;
}

export interface DraftKeeper {
  readonly draft: () => CaseDraft;
  subscribe(listener: () => void): () => void;
  /** An edit is saved by itself after `AUTOSAVE_DELAY_MS` of quiet. */
  dispatch(action: DraftAction): void;
  /** Saves what is typed now; `create` also when nothing was. Answers whether everything savable is in the ledger. */
  flush(options?: { readonly create: boolean }): Promise<boolean>;
  stop(): void;
}

/** Keeps one case draft in the ledger: at most one save under way, an unanswered one repeated before the next. */
export function createDraftKeeper(options: DraftKeeperOptions): DraftKeeper {
  const listeners = new Set<() => void>();
  let draft = draftOf(options.existing, options.initial);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<boolean> | null = null;

  function apply(action: DraftAction): void {
    draft = draftReducer(draft, action);
    for (const listener of listeners) listener();
  }

  async function saveOnce(): Promise<boolean> {
    const isNew = draft.caseId === null;
    const params = nextSave(draft, options.ticketId, options.newRequestId);
    apply({ type: 'sent', params });
    const result = await options.save(params);
    if (!result.ok) {
      apply({ type: 'failed', failure: result.error, unanswered: isUnanswered(result) });
      return false;
    }
    apply({ type: 'answered', case: result.value, at: Date.now() });
    if (isNew) options.onCreated(result.value);
    return true;
  }

  async function flush({ create } = { create: false }): Promise<boolean> {
    clearTimeout(timer);
    for (;;) {
      if (underWay === null) {
        if (!isDirty(draft) && !(create && draft.caseId === null)) return true;
        underWay = saveOnce().finally(() => {
          underWay = null;
        });
      }
      if (!(await underWay)) return false;
    }
  }

  return {
    draft: () => draft,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(action) {
      apply(action);
      if (action.type !== 'edited' && action.type !== 'applicantEntered') return;
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), AUTOSAVE_DELAY_MS);
    },
    flush,
    stop() {
      clearTimeout(timer);
    },
  };
}
