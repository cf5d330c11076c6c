import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { StationStatus } from '../../sync/protocol/link.ts';
import type { LinkState } from '../link/client.ts';
import { useEvent, useLinkState } from '../link/hooks.ts';
import { ageText } from './age.ts';
import { deviceText } from './device-text.ts';
import { useNow } from './use-now.ts';

const REFRESH_MS = 15_000;
const MINUTE_MS = 60_000;

export interface StatusEntry {
  readonly key: string;
  readonly ok: boolean;
  readonly text: string;
}

/** The status line as data, so that a page may show it in its own form. */
export function statusEntries(
  t: TFunction<'ui'>,
  link: LinkState,
  status: StationStatus | undefined,
  nowMs: number,
): readonly StatusEntry[] {
  if (link === 'unauthorized') return [{ key: 'link', ok: false, text: t('linkUnauthorized') }];
  if (link !== 'up') return [{ key: 'link', ok: false, text: t(link === 'down' ? 'linkDown' : 'linkConnecting') }];
  if (status === undefined) return [];
  return [...networkEntries(t, status), ...outboxEntries(t, status, nowMs), ...deviceEntries(status)];
}

function networkEntries(t: TFunction<'ui'>, status: StationStatus): StatusEntry[] {
  const hub = { online: t('hubOnline'), offline: t('hubOffline'), self: t('hubSelf') }[status.hub];
  const entries: StatusEntry[] = [{ key: 'hub', ok: status.hub !== 'offline', text: hub }];
  if (status.upstream !== 'unknown') {
    entries.push({
      key: 'upstream',
      ok: status.upstream === 'online',
      text: t(status.upstream === 'online' ? 'upstreamOnline' : 'upstreamOffline'),
    });
  }
  if (status.hub === 'offline' && status.numbersLeft !== null) {
    entries.push({ key: 'numbers', ok: status.numbersLeft > 0, text: t('numbersLeft', { count: status.numbersLeft }) });
  }
  const minutesOff = Math.round(Math.abs(status.clockOffsetMs ?? 0) / MINUTE_MS);
  if (minutesOff > 0) entries.push({ key: 'clock', ok: false, text: t('clockOff', { count: minutesOff }) });
  if (status.diskFull) entries.unshift({ key: 'disk', ok: false, text: t('diskFull') });
  return entries;
}

function outboxEntries(t: TFunction<'ui'>, { outbox, hubOutbox }: StationStatus, nowMs: number): StatusEntry[] {
  const unsent =
    outbox.count === 0 ? t('unsentNone') : t('unsentSome', { count: outbox.count, age: ageText(t, outbox.oldestAt ?? nowMs, nowMs) });
  const entries: StatusEntry[] = [{ key: 'unsent', ok: outbox.count === 0 || outbox.upstream !== 'offline', text: unsent }];
  if (hubOutbox !== null && hubOutbox.count > 0 && hubOutbox.upstream !== 'online') {
    const age = ageText(t, hubOutbox.oldestAt ?? nowMs, nowMs);
    entries.push({ key: 'hub-unsent', ok: false, text: t('hubUnsent', { count: hubOutbox.count, age }) });
  }
  if (outbox.parked > 0) entries.push({ key: 'parked', ok: false, text: t('parkedSome', { count: outbox.parked }) });
  return entries;
}

function deviceEntries(status: StationStatus): StatusEntry[] {
  return status.devices.map((device) => ({ key: `device:${device.device}`, ok: device.ok, text: deviceText(device) }));
}

/** Hub, upstream, unsent records and devices of this station. Bad entries carry a shape as well as a colour. */
export function StatusLine() {
  const { t } = useTranslation('ui');
  const entries = statusEntries(t, useLinkState(), useEvent('status'), useNow(REFRESH_MS));
  return (
    <ul className="ui-status-line" aria-label={t('statusLabel')}>
      {entries.map((entry) => (
        <li key={entry.key} data-ok={entry.ok} data-entry={entry.key}>
          {entry.text}
        </li>
      ))}
    </ul>
  );
}
