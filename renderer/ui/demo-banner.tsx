import { useTranslation } from 'react-i18next';
import { useHello } from '../link/hooks.ts';

/** Stands on every page whose devices are emulators. */
export function DemoBanner() {
  const { t } = useTranslation('ui');
  return useHello()?.demo === true ? (
    <aside className="ui-demo-banner" aria-label={t('demoBanner')}>
      {t('demoBanner')}
    </aside>
  ) : null;
}
