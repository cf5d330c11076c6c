import type { RatingLevel } from '../../domain/rating-level.ts';
import type { Failure } from '../../domain/result.ts';
import type { RatingPrompt } from '../../sync/protocol/link.ts';

export const THANKS_MS = 3_000;

export type RatingView =
  | { readonly at: 'idle' }
  | { readonly at: 'asking'; readonly prompt: RatingPrompt; readonly failure: Failure | null }
  | { readonly at: 'sending'; readonly prompt: RatingPrompt; readonly level: RatingLevel }
  /** `rated` false: it had ended before the tap arrived. */
  | { readonly at: 'ended'; readonly sessionId: string; readonly rated: boolean; readonly until: number };

export type RatingAction =
  | { readonly type: 'prompt'; readonly prompt: RatingPrompt | null; readonly now: number }
  | { readonly type: 'tapped'; readonly level: RatingLevel }
  | { readonly type: 'accepted'; readonly now: number }
  | { readonly type: 'refused'; readonly failure: Failure; readonly now: number }
  /** By the keypad. */
  | { readonly type: 'rated'; readonly sessionId: string; readonly now: number }
  | { readonly type: 'tick'; readonly now: number };

export const IDLE: RatingView = { at: 'idle' };

/** Only a tap of the person leads to a rating: a prompt that ends by itself leads back to the idle page and sends nothing. */
export function ratingReducer(view: RatingView, action: RatingAction): RatingView {
  switch (action.type) {
    case 'prompt':
      return prompted(view, action.prompt, action.now);
    case 'tapped':
      return view.at === 'asking' ? { at: 'sending', prompt: view.prompt, level: action.level } : view;
    case 'accepted':
      return view.at === 'sending' ? ended(view.prompt, true, action.now) : view;
    case 'refused':
      return view.at === 'sending' ? refused(view.prompt, action.failure, action.now) : view;
    case 'rated':
      return view.at === 'asking' && view.prompt.sessionId === action.sessionId ? ended(view.prompt, true, action.now) : view;
    case 'tick':
      return ticked(view, action.now);
  }
}

function ended({ sessionId }: RatingPrompt, rated: boolean, now: number): RatingView {
  return { at: 'ended', sessionId, rated, until: now + THANKS_MS };
}

/** Only a failure on the way is worth another tap; ALREADY_RATED is the answer to a tap whose first answer was lost. */
function refused(prompt: RatingPrompt, failure: Failure, now: number): RatingView {
  if (failure.code === 'ALREADY_RATED') return ended(prompt, true, now);
  return failure.code === 'RATING_CLOSED' ? ended(prompt, false, now) : { at: 'asking', prompt, failure };
}

function prompted(view: RatingView, prompt: RatingPrompt | null, now: number): RatingView {
  // The prompt goes away because of our own tap: the answer to it, not this, decides what is shown.
  if (prompt === null) return view.at === 'asking' ? IDLE : view;
  const known = sessionOf(view) === prompt.sessionId;
  return known || prompt.expiresAt <= now ? view : { at: 'asking', prompt, failure: null };
}

function sessionOf(view: RatingView): string | null {
  if (view.at === 'idle') return null;
  return view.at === 'ended' ? view.sessionId : view.prompt.sessionId;
}

function ticked(view: RatingView, now: number): RatingView {
  if (view.at === 'asking' && now >= view.prompt.expiresAt) return IDLE;
  return view.at === 'ended' && now >= view.until ? IDLE : view;
}

/** Whole seconds until the prompt ends. */
export function secondsLeft(prompt: RatingPrompt, now: number): number {
  return Math.max(0, Math.ceil((prompt.expiresAt - now) / 1_000));
}
