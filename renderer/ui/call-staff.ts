import { useCallback } from 'react';
import { useMaybeLink } from '../link/hooks.ts';

/** Rings for a person; false: it did not get through, send the citizen to the desk. */
export function useCallStaff(): () => Promise<boolean> {
  const link = useMaybeLink();
  return useCallback(async () => link !== null && (await link.call('help.call', {})).ok, [link]);
}
