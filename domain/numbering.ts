import type { PolicyValues } from './policy.ts';

/** `A012`: series and sequence value, padded by policy. Values beyond the width simply grow longer. */
export function formatNumber(series: string, value: number, digits: number): string {
  return `${series}${String(value).padStart(digits, '0')}`;
}

export function parseNumber(number: string): { readonly series: string; readonly value: number } | null {
  const match = /^([A-Z]{1,4})(\d{1,6})$/.exec(number.trim().toUpperCase());
  return match?.[1] !== undefined && match[2] !== undefined ? { series: match[1], value: Number(match[2]) } : null;
}

export interface NumberBlock {
  readonly from: number;
  readonly to: number;
}

/** The hub's own sequence skips every block that is leased to a kiosk, so nobody needs to ask anybody. */
export function nextFreeValue(lastIssued: number, leased: readonly NumberBlock[]): number {
  let candidate = lastIssued + 1;
  for (const block of [...leased].sort((a, b) => a.from - b.from)) {
    if (candidate >= block.from && candidate <= block.to) candidate = block.to + 1;
  }
  return candidate;
}

/** The next block to lease: above `leaseFrom`, above every leased block and above what the hub itself has issued. */
export function nextLeaseBlock(
  lastIssued: number,
  leased: readonly NumberBlock[],
  policy: Pick<PolicyValues, 'leaseFrom' | 'leaseSize'>,
): NumberBlock {
  const from = Math.max(policy.leaseFrom, lastIssued + 1, ...leased.map((block) => block.to + 1));
  return { from, to: from + policy.leaseSize - 1 };
}
