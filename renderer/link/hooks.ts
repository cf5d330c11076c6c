import { useEffect } from 'react';
import { create } from 'zustand';
import type { Hello, LinkEvents, PageRole } from '../../sync/protocol/link.ts';
import { connectLink, type Link, type LinkEvent, type LinkState } from './client.ts';
import { pageToken } from './token.ts';

interface LinkStore {
  readonly link: Link | null;
  readonly state: LinkState;
  readonly hello: Hello | null;
  /** The last value of each event; kept while the link is down, so a page shows what it knew. */
  readonly last: { readonly [E in LinkEvent]?: LinkEvents[E] };
}

/** `docs` and `card` are moments, not states: listen to them with `link.on`. */
const KEPT_EVENTS = ['board', 'status', 'desk', 'rating', 'overview', 'halls'] as const satisfies readonly LinkEvent[];
export type KeptEvent = (typeof KEPT_EVENTS)[number];

const useLinkStore = create<LinkStore>()(() => ({ link: null, state: 'connecting', hello: null, last: {} }));

/** Opens the page's one link, called by the app for every role; true when the page may use it (it may still be connecting). */
export function useStartLink(role: PageRole | null): boolean {
  const started = useLinkStore((store) => store.link !== null);
  useEffect(() => {
    if (role === null) return;
    const url = `${window.location.origin.replace(/^http/, 'ws')}/link`;
    const link = connectLink({ role, url, token: pageToken() });
    link.onState((state) => useLinkStore.setState({ state, hello: link.hello }));
    for (const event of KEPT_EVENTS) link.on(event, (data) => useLinkStore.setState(({ last }) => ({ last: { ...last, [event]: data } })));
    useLinkStore.setState({ link, state: link.state });
    return () => link.close();
  }, [role]);
  return role === null || started;
}

/** The link; throws outside a page that has one (a bug). */
export function useLink(): Link {
  const link = useLinkStore((store) => store.link);
  if (link === null) throw new Error('useLink in a page without a link');
  return link;
}

/** For what is shared with pages that have no link. */
export function useMaybeLink(): Link | null {
  return useLinkStore((store) => store.link);
}

export function useLinkState(): LinkState {
  return useLinkStore((store) => store.state);
}

/** null until the first connection. */
export function useHello(): Hello | null {
  return useLinkStore((store) => store.hello);
}

/** Last value of an event; undefined until the first arrives. */
export function useEvent<E extends KeptEvent>(event: E): LinkEvents[E] | undefined {
  return useLinkStore((store) => store.last[event]);
}
