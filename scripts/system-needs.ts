import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

interface Need {
  readonly what: string;
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  readonly present: () => boolean;
}

const onPath =
  (...names: string[]) =>
  () =>
    names.some((name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0);

function hasHanFont(): boolean {
  const found = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  return found.status === 0 && found.stdout.trim() !== '';
}

/** What the tests need from the operating system, besides Node. */
const NEEDS: readonly Need[] = [
  { what: 'Chromium', packages: ['chromium'], present: onPath('chromium', 'chromium-browser', 'google-chrome') },
  { what: 'CJK fonts', packages: ['fontconfig', 'fonts-noto-cjk'], present: hasHanFont },
  {
    what: 'PostgreSQL server',
    packages: ['postgresql'],
    present: () => existsSync('/usr/lib/postgresql') && readdirSync('/usr/lib/postgresql').length > 0,
  },
  { what: 'espeak-ng', packages: ['espeak-ng'], present: onPath('espeak-ng') },
];

/** Installs what is missing by apt when it may; otherwise names the one line to run and ends with code 1. */
export function ensureSystemNeeds(): void {
  const missing = NEEDS.filter((need) => !need.present());
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')();
  if (!mayInstall) {
    console.error(
      `The tests need: ${missing.map((need) => need.what).join(', ')}. On Debian or Ubuntu run:\n  sudo apt-get update && sudo ${install}`,
    );
    process.exit(1);
  }
  console.log(`installing: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  execFileSync('sh', ['-c', install], { stdio: 'inherit', env });
}
