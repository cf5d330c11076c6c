import type { Result } from '../../domain/result.ts';

/** Not answered: the request may have been carried out all the same. */
export function isUnanswered(result: Result<unknown>): boolean {
  return !result.ok && (result.error.code === 'LINK_DOWN' || result.error.code === 'LINK_TIMEOUT');
}

export interface RequestIds {
  /** The same id for the same intent until it was answered. */
  idFor(intent: string): string;
  settle(intent: string, result: Result<unknown>): void;
  /** Another ticket stands at the window: the same words are a new intent now. */
  forget(): void;
}

/** Repeating an unanswered request must carry the same id, so that the process gives the first answer instead of acting twice. */
export function createRequestIds(newId: () => string): RequestIds {
  const open = new Map<string, string>();
  return {
    idFor(intent) {
      const id = open.get(intent) ?? newId();
      open.set(intent, id);
      return id;
    },
    settle(intent, result) {
      if (!isUnanswered(result)) open.delete(intent);
    },
    forget() {
      open.clear();
    },
  };
}
