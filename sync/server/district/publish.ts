import type { HybridClock } from '../../../domain/clock.ts';
import type { HallId, StationId } from '../../../domain/ids.ts';
import { profileDocuments } from '../../../domain/profile.ts';
import { loadProfile } from '../profile-files.ts';
import type { DocumentStore } from '../store/store.ts';

/**
 * Publishes a hall's profile unless the hall is known already: what the district changed later is never overwritten. The hall's
 * own documents come last, so a start that was cut short publishes again.
 */
export async function publishProfile(
  store: DocumentStore,
  profilePath: string,
  writer: { readonly stationId: StationId; readonly clock: HybridClock },
): Promise<HallId> {
  const parts = loadProfile(profilePath);
  const { hallId } = parts.profile.hall;
  if ((await store.get(hallId, 'reference', `hall:${hallId}`)) !== null) return hallId;
  const batches = profileDocuments(parts, { stationId: writer.stationId, stamp: () => writer.clock.tick() });
  for (const { hallId: of, docs } of [...batches].sort((a, b) => Number(a.hallId === hallId) - Number(b.hallId === hallId))) {
    await store.put(of, 'reference', docs);
  }
  return hallId;
}
