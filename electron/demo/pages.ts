import { type HallSecrets, tokenOf } from './hall-files.ts';
import { type HallPlan, type HallPorts, portOf } from './hall-plan.ts';

/** One page of the demo hall with everything that a shell needs to open it. */
export interface DemoPage {
  /** Key in `DemoHall.urls`. */
  readonly name: string;
  readonly title: string;
  /** Process that serves it. */
  readonly server: string;
  /** Complete, with the page token in the fragment. */
  readonly url: string;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
  /** The citizen's machine: locked down with `--kiosk`. */
  readonly kiosk: boolean;
  /** A shell opens a window for it. */
  readonly opens: boolean;
}

type Where = Pick<DemoPage, 'name' | 'title' | 'server'> & { readonly path: string } & Partial<Pick<DemoPage, 'size' | 'kiosk' | 'opens'>>;

const OFFICE_SIZE = { widthPx: 1366, heightPx: 768 };
const KIOSK_SIZE = { widthPx: 720, heightPx: 1080 };
const WINDOW_BAR_SIZE = { widthPx: 1280, heightPx: 360 };
const HALL_SCREEN_SIZE = { widthPx: 1280, heightPx: 720 };
const RATING_SIZE = { widthPx: 1024, heightPx: 600 };

export function pagesOf(plan: HallPlan, ports: HallPorts, secrets: HallSecrets): readonly DemoPage[] {
  const screenServer = plan.stations.find((station) => station.role === 'screen')?.stationId ?? 'hub';
  const pages: Where[] = [
    { name: 'dock', title: '演示台', server: 'dock', path: '/dock' },
    ...plan.stations.flatMap(stationPages),
    { name: 'hall', title: '大厅屏', server: screenServer, path: '/screen/hall', size: HALL_SCREEN_SIZE },
    { name: 'staff', title: '人员去向屏', server: screenServer, path: '/screen/staff', size: HALL_SCREEN_SIZE, opens: false },
    { name: 'supervisor', title: '值班长', server: 'hub', path: '/supervisor' },
    { name: 'district', title: '区县', server: 'district', path: '/district' },
  ];
  return pages.map(({ path, ...page }) => ({
    size: OFFICE_SIZE,
    kiosk: false,
    opens: true,
    ...page,
    url: `http://127.0.0.1:${portOf(ports, page.server)}${path}#k=${tokenOf(secrets, page.server)}`,
  }));
}

function stationPages(station: HallPlan['stations'][number]): Where[] {
  const server = station.stationId;
  if (station.role === 'kiosk') return [{ name: 'kiosk', title: station.title, server, path: '/kiosk', size: KIOSK_SIZE, kiosk: true }];
  if (station.role === 'screen') return [];
  const number = server.replace('desk-', '');
  return [
    { name: `desk-${number}`, title: `${station.title}·窗口电脑`, server, path: '/desk' },
    { name: `rating-${number}`, title: `${station.title}·评价屏`, server, path: '/rating', size: RATING_SIZE },
    {
      name: `window-${number}`,
      title: `${station.title}·窗口屏`,
      server,
      path: `/screen/window/${station.windowId}`,
      size: WINDOW_BAR_SIZE,
    },
  ];
}
