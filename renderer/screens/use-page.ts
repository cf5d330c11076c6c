import { useNow } from '../ui/use-now.ts';

const PAGE_MS = 8_000;

export interface Page<T> {
  readonly rows: readonly T[];
  /** 0-based. */
  readonly index: number;
  readonly count: number;
}

/** A list that does not fit turns its pages by the clock, so all screens of a hall show the same page. */
export function usePage<T>(all: readonly T[], size: number): Page<T> {
  const now = useNow(PAGE_MS);
  const count = Math.max(1, Math.ceil(all.length / size));
  const index = Math.floor(now / PAGE_MS) % count;
  return { rows: all.slice(index * size, (index + 1) * size), index, count };
}
