import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser, hasDisplay, startBrowserShell } from './browser-shell.ts';
import { type DemoHall, DemoHallError, startDemoHall } from './demo/demo-hall.ts';
import { resetHall } from './demo/hall-files.ts';
import { HALL_KINDS, type HallKind } from './demo/hall-plan.ts';
import { DEFAULT_PORT_BASE } from './demo/ports.ts';
import { buildRenderer, rendererIsStale } from './demo/renderer-build.ts';
import { startElectronShell } from './electron-shell.ts';
import { hashPin } from './station/pin.ts';
import type { SupervisorEvent } from './supervisor.ts';

// `npm start`: a whole demo hall on this PC (README). What runs where is printed; everything else goes to the logs.

const ROOT = resolve(import.meta.dirname, '..');
const MIN_NODE_MAJOR = 24;
const MAX_PORT_BASE = 65_000;
const SHELLS = ['electron', 'browser', 'none'] as const;
type ShellKind = (typeof SHELLS)[number];

const USAGE = `用法：npm start -- [选项]
  --hall town|village       演示哪个大厅：镇级大厅（默认），或一台电脑的村级大厅
  --shell electron|browser|none  用什么打开窗口；默认有什么用什么
  --data DIR                数据放在哪里（默认 .data）
  --port-base N             端口从 N 开始（默认 ${DEFAULT_PORT_BASE}，用到 N+200）
  --kiosk                   取号机窗口全屏锁定
  --reset                   删掉这个演示大厅以前的数据，重新开始`;

interface LaunchOptions {
  readonly hall: HallKind;
  readonly shell: ShellKind | null;
  readonly dataDir: string;
  readonly portBase: number;
  readonly kiosk: boolean;
  readonly reset: boolean;
}

/** null: help was asked for, or an option is not understood; the reason has been printed. */
function readOptions(args: readonly string[]): LaunchOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        hall: { type: 'string', default: 'town' },
        shell: { type: 'string' },
        data: { type: 'string', default: '.data' },
        'port-base': { type: 'string', default: String(DEFAULT_PORT_BASE) },
        kiosk: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const hall = HALL_KINDS.find((kind) => kind === values.hall);
    const shell = values.shell === undefined ? null : SHELLS.find((kind) => kind === values.shell);
    const portBase = Number(values['port-base']);
    if (hall === undefined) throw new Error(`--hall ${values.hall}`);
    if (shell === undefined) throw new Error(`--shell ${values.shell}`);
    if (!Number.isInteger(portBase) || portBase < 1024 || portBase > MAX_PORT_BASE) throw new Error(`--port-base ${values['port-base']}`);
    if (values.help) {
      console.log(USAGE);
      return null;
    }
    return { hall, shell, dataDir: resolve(values.data, hall), portBase, kiosk: values.kiosk, reset: values.reset };
  } catch (cause) {
    console.error(`看不懂这个选项：${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}

function describe(event: SupervisorEvent, logDir: string): string | null {
  const log = join(logDir, `${event.name}.log`);
  if (event.type === 'crashed') {
    const how = event.signal === null ? `退出码 ${event.code}` : `信号 ${event.signal}`;
    return `【${event.name}】意外停止（${how}），${event.restartInMs / 1000} 秒后自动重启。日志：${log}`;
  }
  return event.type === 'ready' && event.restarts > 0 ? `【${event.name}】已恢复。` : null;
}

function printHall(hall: DemoHall): void {
  const width = (text: string) => [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
  const pad = (text: string, columns: number) => text + ' '.repeat(Math.max(1, columns - width(text)));
  const processes = hall.processes.states();
  console.log(`\n${hall.plan.hallName}（演示）已经开门。设备都是模拟的，人都是虚构的。\n`);
  console.log('页面（直接在浏览器里打开）');
  for (const page of hall.pages) console.log(`  ${pad(page.title, 24)}${pad(page.server, 10)}${page.url}`);
  console.log('\n进程');
  for (const process of processes) console.log(`  ${pad(process.name, 12)}端口 ${pad(String(process.port), 7)}pid ${process.pid}`);
  console.log('\n工作人员（工号 / PIN）');
  for (const person of hall.plan.staff) console.log(`  ${pad(`${person.name} ${person.post}`, 24)}${person.staffNumber} / ${person.pin}`);
  console.log(`\n数据：${hall.dataDir}\n日志：${hall.logDir}\n按 Ctrl-C 全部停止。\n`);
}

/** Opens the windows; returns what closes them again. */
async function openShell(hall: DemoHall, wanted: ShellKind | null, kiosk: boolean): Promise<() => void> {
  if (wanted === 'none') return () => {};
  if (!hasDisplay()) {
    console.log('这台电脑没有图形界面，请在有浏览器的地方打开上面的地址。');
    return () => {};
  }
  if (wanted !== 'browser') {
    const shell = await openElectron(hall, kiosk);
    if (shell.ok) return () => shell.value.kill();
    console.log(shell.error.message);
  }
  const browser = findBrowser();
  if (browser === null) {
    console.log('未找到 Chromium、Chrome 或 Edge，请用浏览器打开上面的地址；装在别处的可以用环境变量 CHROME_PATH 指明。');
    return () => {};
  }
  return startBrowserShell({ browser, pages: hall.pages, dataDir: hall.dataDir, kiosk }).close;
}

async function openElectron(hall: DemoHall, kiosk: boolean): ReturnType<typeof startElectronShell> {
  const windows = hall.pages
    .filter((page) => page.opens)
    .map(({ name, title, url, size, kiosk }) => ({ name, title, url, ...size, display: 0, kiosk }));
  // The duty manager's PIN of the demo; the last of the staff has it.
  const manager = hall.plan.staff.at(-1);
  const config = {
    userDataDir: join(hall.dataDir, 'electron'),
    kiosk,
    exitPinHash: manager === undefined ? null : hashPin(manager.pin),
    windows,
    processes: [],
    nodePath: null,
  };
  return startElectronShell(config, join(hall.dataDir, 'shell.json'));
}

async function launch(options: LaunchOptions): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < MIN_NODE_MAJOR) {
    throw new DemoHallError({
      code: 'OLD_NODE',
      message: `需要 Node ${MIN_NODE_MAJOR}，现在是 ${process.versions.node}。请先运行 npm ci，再用 npm start 启动。`,
    });
  }
  if (options.reset) resetHall(options.dataDir);
  if (rendererIsStale(ROOT)) {
    console.log('正在生成页面（第一次或程序更新后）……');
    const built = await buildRenderer(ROOT);
    if (!built.ok) throw new DemoHallError(built.error);
  }
  console.log('正在启动演示大厅……');
  let closing: Promise<void> | null = null;
  const interrupt = new AbortController();
  const starting = startDemoHall({
    dataDir: options.dataDir,
    hall: options.hall,
    ports: 'fixed',
    portBase: options.portBase,
    shell: 'none',
    databaseUrl: process.env.DATABASE_URL || null,
    signal: interrupt.signal,
    onEvent: (event) => {
      const text = closing === null ? describe(event, join(options.dataDir, 'logs')) : null;
      if (text !== null) console.log(text);
    },
  });
  let closeShell = () => {};
  const stop = () => {
    if (closing !== null) return;
    console.log('\n正在停止……');
    closeShell();
    interrupt.abort();
    closing = starting.then(
      (hall) => hall.close(),
      () => {}, // it never came up, and has cleaned up
    );
    void closing.then(() => console.log('已全部停止。'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const hall = await starting.catch((cause: unknown) => {
    if (closing !== null) return null;
    throw cause;
  });
  if (hall === null || closing !== null) return;
  printHall(hall);
  closeShell = await openShell(hall, options.shell, options.kiosk);
}

const options = readOptions(process.argv.slice(2));
if (options !== null) {
  launch(options).catch((cause: unknown) => {
    if (!(cause instanceof DemoHallError)) throw cause;
    console.error(`没有启动成功：${cause.failure.message}`);
    const tail = cause.failure.detail?.tail;
    if (typeof tail === 'string' && tail !== '') console.error(tail);
    process.exitCode = 1;
  });
}
