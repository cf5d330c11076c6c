import { useTranslation } from 'react-i18next';
import { useEvent, useLinkState } from '../link/hooks.ts';
import { statusEntries } from '../ui/status-line.tsx';
import { useNow } from '../ui/use-now.ts';

const REFRESH_MS = 15_000;

/** Small, for the clerk who walks by: only what is wrong, and nothing that frightens. */
export function KioskStatus() {
  const { t } = useTranslation('ui');
  const bad = statusEntries(t, useLinkState(), useEvent('status'), useNow(REFRESH_MS)).filter((entry) => !entry.ok);
  return (
    <ul className="k-status" aria-label={t('statusLabel')}>
      {bad.map((entry) => (
        <li key={entry.key} data-entry={entry.key}>
          {entry.text}
        </li>
      ))}
    </ul>
  );
}
