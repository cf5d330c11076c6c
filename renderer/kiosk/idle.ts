import type { PolicyValues } from '../../domain/policy.ts';
import type { Flow } from './kiosk-flow.ts';

const S_MS = 1_000;
/** 大字 readers get twice the time. */
const LARGE_FACTOR = 2;

export interface IdleTimes {
  readonly idleMs: number;
  /** 0: no question before the wipe. */
  readonly warnMs: number;
}

export type IdleState = { readonly kind: 'active' } | { readonly kind: 'warn'; readonly secondsLeft: number } | { readonly kind: 'over' };

type IdlePolicy = Pick<PolicyValues, 'kioskIdleS' | 'kioskIdleWarnS' | 'kioskCardTimeoutS'>;

/** How long a step may stand untouched; null: as long as it likes (nothing to wipe, or the machine is the one that is busy). */
export function idleTimes(flow: Flow, policy: IdlePolicy): IdleTimes | null {
  const factor = flow.large ? LARGE_FACTOR : 1;
  const times = (idleS: number, warnS: number): IdleTimes => ({ idleMs: idleS * factor * S_MS, warnMs: warnS * factor * S_MS });
  switch (flow.step.at) {
    case 'issuing':
    case 'reprinting':
      return null;
    case 'welcome':
      return flow.large || flow.low || flow.language !== 'zh' ? times(policy.kioskIdleS, 0) : null;
    case 'identify':
    case 'confirm':
      return times(policy.kioskCardTimeoutS, policy.kioskIdleWarnS);
    case 'ticket':
      return times(policy.kioskCardTimeoutS, 0);
    default:
      return times(policy.kioskIdleS, policy.kioskIdleWarnS);
  }
}

export function idleState(times: IdleTimes, untouchedMs: number): IdleState {
  if (untouchedMs < times.idleMs) return { kind: 'active' };
  const leftMs = times.idleMs + times.warnMs - untouchedMs;
  return leftMs > 0 ? { kind: 'warn', secondsLeft: Math.ceil(leftMs / S_MS) } : { kind: 'over' };
}
