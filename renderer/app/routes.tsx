import { lazy, type ReactElement } from 'react';
import type { PageRole } from '../../sync/protocol/link.ts';

// One lazy chunk per role. A new page: add `renderer/<role>/page.tsx` with a named component, its import here and its row below.
const KioskPage = lazy(() => import('../kiosk/page.tsx').then((m) => ({ default: m.KioskPage })));
const DeskPage = lazy(() => import('../desk/page.tsx').then((m) => ({ default: m.DeskPage })));
const RatingPage = lazy(() => import('../rating/page.tsx').then((m) => ({ default: m.RatingPage })));
const WindowScreenPage = lazy(() => import('../screens/window-page.tsx').then((m) => ({ default: m.WindowScreenPage })));
const HallScreenPage = lazy(() => import('../screens/hall-page.tsx').then((m) => ({ default: m.HallScreenPage })));
const StaffScreenPage = lazy(() => import('../screens/staff-page.tsx').then((m) => ({ default: m.StaffScreenPage })));
const SupervisorPage = lazy(() => import('../supervisor/page.tsx').then((m) => ({ default: m.SupervisorPage })));
const DistrictPage = lazy(() => import('../district/page.tsx').then((m) => ({ default: m.DistrictPage })));
const DockPage = lazy(() => import('../dock/page.tsx').then((m) => ({ default: m.DockPage })));

interface Route {
  readonly path: RegExp;
  /** null: the page opens no link of its own. */
  readonly linkRole: PageRole | null;
  readonly element: (id: string) => ReactElement;
}

const ROUTES: readonly Route[] = [
  { path: /^\/kiosk$/, linkRole: 'kiosk', element: () => <KioskPage /> },
  { path: /^\/desk$/, linkRole: 'desk', element: () => <DeskPage /> },
  { path: /^\/rating$/, linkRole: 'rating', element: () => <RatingPage /> },
  { path: /^\/screen\/window\/([^/]+)$/, linkRole: 'screen', element: (id) => <WindowScreenPage id={id} /> },
  { path: /^\/screen\/hall$/, linkRole: 'screen', element: () => <HallScreenPage /> },
  { path: /^\/screen\/staff$/, linkRole: 'screen', element: () => <StaffScreenPage /> },
  { path: /^\/supervisor$/, linkRole: 'supervisor', element: () => <SupervisorPage /> },
  { path: /^\/district$/, linkRole: 'district', element: () => <DistrictPage /> },
  { path: /^\/dock$/, linkRole: null, element: () => <DockPage /> },
];

export interface MatchedRoute {
  readonly linkRole: PageRole | null;
  readonly element: ReactElement;
}

export function matchRoute(pathname: string): MatchedRoute | null {
  const path = pathname.replace(/\/+$/, '');
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match !== null) return { linkRole: route.linkRole, element: route.element(decodeURIComponent(match[1] ?? '')) };
  }
  return null;
}
