import { useTranslation } from 'react-i18next';

export function Loading() {
  const { t } = useTranslation('ui');
  return (
    <main className="ui-centre">
      <p role="status">{t('loading')}</p>
    </main>
  );
}
