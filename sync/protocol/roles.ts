import type { Collection } from '../../domain/documents.ts';
import type { StationRole } from './wire.ts';

/** What each role may pull and push; a server enforces it, whatever the client is. Kiosks and screens never see `cases`. */
export const ROLE_RIGHTS: Readonly<Record<StationRole, { readonly pull: readonly Collection[]; readonly push: readonly Collection[] }>> = {
  kiosk: { pull: ['reference', 'tickets'], push: ['events', 'reviews'] },
  screen: { pull: ['reference'], push: ['events'] },
  desk: { pull: ['reference', 'tickets', 'cases', 'reviews', 'inbound'], push: ['cases', 'events', 'ratings', 'reviews'] },
  hub: { pull: ['reference', 'inbound', 'reviews'], push: ['tickets', 'cases', 'events', 'ratings', 'reviews'] },
};
